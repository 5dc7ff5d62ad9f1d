import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EvidenceStore } from './evidence-store.ts';

/** Where a file is written before it becomes visible at once. */
const incoming = '.incoming';
const abandonedAfterMs = 3_600_000;

/** An evidence store in a folder of this machine, or of one that several server processes share. */
export async function createFileEvidenceStore(directory: string): Promise<EvidenceStore> {
  const preparing = join(directory, incoming);
  await mkdir(preparing, { recursive: true, mode: 0o700 });
  await sweepAbandoned(preparing);
  return {
    async put(path, bytes) {
      const target = fileOf(directory, path);
      const prepared = join(preparing, randomUUID());
      try {
        const file = await open(prepared, 'wx', 0o600);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await moveInto(prepared, target);
      } finally {
        await rm(prepared, { force: true });
      }
      await syncFolder(dirname(target));
    },
    get: (path) => readFile(fileOf(directory, path)).catch(nullIfAbsent),
    async delete(path) {
      const target = fileOf(directory, path);
      await rm(target, { force: true });
      // Its folder goes with the last of its files.
      await rmdir(dirname(target)).catch(nullIfInUse);
    },
    list: (folder) => listBelow(directory, folder.replace(/\/$/, '')),
  };
}

/** Another process may delete the last file of that folder, and so the folder, between the two steps. */
async function moveInto(prepared: string, target: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    try {
      await rename(prepared, target);
      return;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === 3) throw error;
    }
  }
}

async function listBelow(directory: string, folder: string): Promise<string[]> {
  const entries = (await readdir(fileOf(directory, folder), { withFileTypes: true }).catch(nullIfAbsent)) ?? [];
  const found: string[] = [];
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await listBelow(directory, path)));
    else found.push(path);
  }
  return found;
}

/** Security: a path is names and slashes, so that it can never lead out of the store. */
function fileOf(directory: string, path: string): string {
  const segments = path.split('/');
  if (!segments.every((segment) => /^[a-z0-9][a-z0-9-]*$/.test(segment))) throw new Error('Not a path of the evidence store');
  return join(directory, ...segments);
}

/** What a crash left half-written, once it is old enough that no live writer can be at it. */
async function sweepAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const written = await stat(join(folder, name)).catch(nullIfAbsent);
    if (written && Date.now() - written.mtimeMs > abandonedAfterMs) await rm(join(folder, name), { force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(nullIfAbsent);
  if (!handle) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function nullIfAbsent(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

function nullIfInUse(error: unknown): null {
  return codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST' ? null : nullIfAbsent(error);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
