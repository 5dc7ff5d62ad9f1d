import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a file is written before it becomes visible at once. */
export const incoming = '.incoming';
const abandonedAfterMs = 3_600_000;

/** Makes a store's folder ready to be written to, and takes away what a crash left half-written there. */
export async function prepareFolder(directory: string): Promise<void> {
  const folder = join(directory, incoming);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    const written = await stat(join(folder, name)).catch(nullIfAbsent);
    // Old enough that no live writer can be at it.
    if (written && Date.now() - written.mtimeMs > abandonedAfterMs) await rm(join(folder, name), { force: true });
  }
}

/** Writes bytes aside, durably, and has `place` make them visible; whatever happens nothing is left aside. */
export async function writeWhole(directory: string, bytes: Uint8Array, place: (prepared: string) => Promise<void>): Promise<void> {
  const prepared = join(directory, incoming, randomUUID());
  try {
    const file = await open(prepared, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(prepared);
  } finally {
    await rm(prepared, { force: true });
  }
}

/** What was placed in a folder outlives a power cut. One that is gone by now needs it no more. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(nullIfAbsent);
  if (!handle) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function nullIfAbsent(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
