import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import { isNoRoom } from '../no-room.ts';
import { seal, unseal } from '../sealing/seal.ts';
import { chunkCount, partsOf } from './chunks.ts';

/** A piece of a file, as it lies on the device. */
export interface SealedChunk {
  readonly fileId: string;
  readonly index: number;
  readonly sealed: ArrayBuffer;
}

/** A file of this device whose bytes can be opened. */
export interface LocalFile {
  readonly id: string;
  readonly bytes: number;
  readonly mediaType: string;
  /** Milliseconds of a recording. */
  readonly durationMs: number | null;
}

/** Before a transaction begins: IndexedDB ends one that waits for anything else. */
export async function sealChunks(key: CryptoKey, fileId: string, whole: ArrayBuffer): Promise<SealedChunk[]> {
  const count = chunkCount(whole.byteLength);
  const chunks: SealedChunk[] = [];
  for (let index = 0; index < count; index++) {
    const chunk = whole.slice(index * evidenceLimits.chunkBytes, (index + 1) * evidenceLimits.chunkBytes);
    chunks.push({ fileId, index, sealed: await seal(key, chunkPlace(fileId, index, count), chunk) });
  }
  return chunks;
}

/** The bytes from `start` up to `end`, opened. */
export async function openChunks(
  key: CryptoKey,
  file: Omit<LocalFile, 'durationMs'>,
  chunkAt: (index: number) => Promise<SealedChunk | undefined>,
  start = 0,
  end = file.bytes,
): Promise<Blob> {
  const count = chunkCount(file.bytes);
  const opened: ArrayBuffer[] = [];
  for (const { index, from, until } of partsOf(start, Math.min(end, file.bytes))) {
    const chunk = must(await chunkAt(index), 'each chunk of a file is kept');
    opened.push((await unseal(key, chunkPlace(file.id, index, count), chunk.sealed)).slice(from, until));
  }
  return new Blob(opened, { type: file.mediaType });
}

/** A chunk opens in its own place only: chunks can be neither swapped nor left out. */
function chunkPlace(fileId: string, index: number, count: number): string {
  return `${fileId}/${String(index)}/${String(count)}`;
}

/** The device has no room; nothing of the file was kept. */
export class NoRoom extends Error {}

/**
 * Does what writes, and says plainly where there is no room for it.
 *
 * @throws NoRoom
 */
export async function whereThereIsRoom<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (reason) {
    if (isNoRoom(reason)) throw new NoRoom('The device has no room for this file.', { cause: reason });
    throw reason;
  }
}
