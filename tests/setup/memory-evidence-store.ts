import type { EvidenceStore } from '#server/evidence/evidence-store.ts';

/** Files in memory, for servers whose files nobody looks for. */
export function createMemoryEvidenceStore(): EvidenceStore {
  const objects = new Map<string, Buffer>();
  return {
    put: (path, bytes) => Promise.resolve(void objects.set(path, Buffer.from(bytes))),
    get: (path) => Promise.resolve(objects.get(path) ?? null),
    delete: (path) => Promise.resolve(void objects.delete(path)),
    list: (folder) => Promise.resolve([...objects.keys()].filter((path) => path.startsWith(folder)).sort()),
  };
}
