import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, nullIfAbsent, prepareFolder, syncFolder, writeWhole } from '../files/writing.ts';
import { folderSegmentsOf, segmentsOf, type EvidenceStore } from './evidence-store.ts';

/** An evidence store in a folder of this machine, or of one that several server processes share. */
export async function createFileEvidenceStore(directory: string): Promise<EvidenceStore> {
  await prepareFolder(directory);
  return {
    async put(path, bytes) {
      const target = fileOf(directory, path);
      await writeWhole(directory, bytes, (prepared) => moveInto(prepared, target));
      await syncFolder(dirname(target));
    },
    get: (path) => readFile(fileOf(directory, path)).catch(nullIfAbsent),
    async delete(path) {
      const target = fileOf(directory, path);
      await rm(target, { force: true });
      // Its folder goes with the last of its files.
      await rmdir(dirname(target)).catch(nullIfInUse);
    },
    list: (folder) => listBelow(directory, folderSegmentsOf(folder).join('/')),
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

function fileOf(directory: string, path: string): string {
  return join(directory, ...segmentsOf(path));
}

function nullIfInUse(error: unknown): null {
  return codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST' ? null : nullIfAbsent(error);
}
