import type { FileKind } from '#domain/evidence/evidence.ts';
import type { LocalFile } from '$lib/data/files/sealed-chunks.ts';

/** A photo or a recording that can be looked at large. */
export interface OpenFile {
  /** Of the evidence. */
  readonly id: string;
  readonly kind: FileKind;
  /** Where it is on this device; else it is fetched from the school. */
  readonly file: LocalFile | null;
  readonly durationMs: number | null;
}
