import { link, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, incoming, nullIfAbsent, prepareFolder, syncFolder, writeWhole } from '../files/writing.ts';
import { VaultConflict, type Vault, type VaultObject } from './vault.ts';

/**
 * A vault of files. Each object is a folder whose one file is named by its version, a counter: a writer prepares its
 * file aside and links it under the next number, which fails if that number is taken. So a compare-and-set needs no
 * lock that a crash could leave behind, and nobody ever sees half a file, whatever process writes. Needs a file system with hard links.
 */
export async function createFileVault(directory: string): Promise<Vault> {
  await prepareFolder(directory);
  return {
    read: (path) => readObject(folderOf(directory, path)),
    write: (path, bytes, expectedVersion) => writeObject(directory, path, bytes, expectedVersion),
    remove: (path) => removeObject(directory, path),
    list: (prefix) => listObjects(directory, prefix),
  };
}

async function readObject(folder: string): Promise<VaultObject | null> {
  const { version, bytes } = await readNewest(folder);
  return bytes.length === 0 ? null : { bytes, version: String(version) };
}

async function writeObject(directory: string, path: string, bytes: Uint8Array, expectedVersion: string | null): Promise<void> {
  if (bytes.length === 0) throw new Error('An object of the vault is never empty: no bytes mean that it was removed');
  const standing = await readNewest(folderOf(directory, path));
  const version = standing.bytes.length === 0 ? null : String(standing.version);
  if (version !== expectedVersion) throw new VaultConflict(path);
  await place(directory, path, bytes, standing.version);
}

async function removeObject(directory: string, path: string): Promise<void> {
  for (;;) {
    const standing = await readNewest(folderOf(directory, path));
    if (standing.bytes.length === 0) return;
    try {
      // An empty version stands for the removal, so that a writer that read the object before cannot bring it back.
      await place(directory, path, new Uint8Array(), standing.version);
      return;
    } catch (error) {
      if (!(error instanceof VaultConflict)) throw error;
    }
  }
}

/** The newest version and what it holds: no bytes when it was removed, version 0 when there never was one. */
async function readNewest(folder: string): Promise<{ version: number; bytes: Uint8Array }> {
  for (;;) {
    const version = await newestVersion(folder);
    if (version === 0) return { version, bytes: new Uint8Array() };
    const bytes = await readFile(join(folder, String(version))).catch(nullIfAbsent);
    // Another writer may have replaced the version between the look and the read.
    if (bytes) return { version, bytes };
  }
}

/** Makes `bytes` the version after `current`, and forgets the older ones. */
async function place(directory: string, path: string, bytes: Uint8Array, current: number): Promise<void> {
  const folder = folderOf(directory, path);
  const next = join(folder, String(current + 1));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(directory, bytes, (prepared) =>
    link(prepared, next).catch((error: unknown) => {
      throw codeOf(error) === 'EEXIST' ? new VaultConflict(path) : error;
    }),
  );
  // A writer that was held up may have taken a number that was used and forgotten meanwhile: then a greater one stands.
  // (Or its write stood, and the next was already built on it; it reads again in either case.)
  if ((await newestVersion(folder)) !== current + 1) {
    await rm(next, { force: true });
    throw new VaultConflict(path);
  }
  for (const version of await versionsIn(folder)) if (version <= current) await rm(join(folder, String(version)), { force: true });
  await syncFolder(folder);
  await syncFolder(dirname(folder));
}

async function listObjects(directory: string, prefix: string): Promise<string[]> {
  const folder = prefix === '' ? directory : folderOf(directory, prefix.replace(/\/$/, ''));
  const found: string[] = [];
  const walk = async (below: string, path: string): Promise<void> => {
    const entries = await readdir(below, { withFileTypes: true }).catch(nullIfAbsent);
    if (entries?.some((entry) => entry.isFile()) && (await readObject(below)) !== null) found.push(path);
    for (const entry of entries ?? []) {
      if (entry.isDirectory() && entry.name !== incoming)
        await walk(join(below, entry.name), path === '' ? entry.name : `${path}/${entry.name}`);
    }
  };
  await walk(folder, prefix.replace(/\/$/, ''));
  return found.sort();
}

/** Security: a path is names and slashes, so that it can never lead out of the vault. */
function folderOf(directory: string, path: string): string {
  const segments = path.split('/');
  if (!segments.every((segment) => /^[a-z0-9_-][a-z0-9._-]*$/i.test(segment))) throw new Error(`Not a path of the vault: ${path}`);
  return join(directory, ...segments);
}

async function newestVersion(folder: string): Promise<number> {
  return Math.max(0, ...(await versionsIn(folder)));
}

async function versionsIn(folder: string): Promise<number[]> {
  const names = (await readdir(folder).catch(nullIfAbsent)) ?? [];
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}
