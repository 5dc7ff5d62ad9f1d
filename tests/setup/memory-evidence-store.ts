import { folderSegmentsOf, segmentsOf, type EvidenceStore } from '#server/evidence/evidence-store.ts';

/** Files in memory, for servers whose files nobody looks for. */
export function createMemoryEvidenceStore(): EvidenceStore {
  const objects = new Map<string, Buffer>();
  const keyOf = (path: string) => segmentsOf(path).join('/');
  return {
    put: (path, bytes) => Promise.resolve(void objects.set(keyOf(path), Buffer.from(bytes))),
    get: (path) => Promise.resolve(objects.get(keyOf(path)) ?? null),
    delete: (path) => Promise.resolve(void objects.delete(keyOf(path))),
    list(folder) {
      const prefix = `${folderSegmentsOf(folder).join('/')}/`;
      return Promise.resolve([...objects.keys()].filter((path) => path.startsWith(prefix)).sort());
    },
  };
}
