import { evidenceLimits } from '#domain/evidence/evidence.ts';

export interface ChunkPart {
  readonly index: number;
  /** Of the chunk, in bytes. */
  readonly from: number;
  readonly until: number;
}

export function chunkCount(bytes: number, chunkBytes: number = evidenceLimits.chunkBytes): number {
  return Math.ceil(bytes / chunkBytes);
}

/** The parts of chunks that together are the bytes from `start` up to `end`; an upload may resume in the middle of one. */
export function partsOf(start: number, end: number, chunkBytes: number = evidenceLimits.chunkBytes): ChunkPart[] {
  const parts: ChunkPart[] = [];
  for (let index = Math.floor(start / chunkBytes); index * chunkBytes < end; index++) {
    const from = Math.max(0, start - index * chunkBytes);
    const until = Math.min(chunkBytes, end - index * chunkBytes);
    if (until > from) parts.push({ index, from, until });
  }
  return parts;
}
