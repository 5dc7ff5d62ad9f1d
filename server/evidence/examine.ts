import { createHash } from 'node:crypto';
import { evidenceLimits, type EvidenceRefusal, type FileKind } from '#domain/evidence/evidence.ts';
import { recognise, type MediaType } from './media-type.ts';
import { remakePhoto } from './photo.ts';

/** A file as it was announced. */
export interface Announced {
  readonly kind: FileKind;
  readonly bytes: number;
  readonly sha256: Uint8Array;
  readonly durationMs: number | null;
  /** What a teacher says with a mark, and not the child's own. */
  readonly isVoiceComment: boolean;
}

/** What is kept of a file, or why nothing is. */
export type Examined =
  | { readonly kept: { readonly bytes: Buffer; readonly mediaType: MediaType; readonly sha256: Buffer } }
  | { readonly refusal: EvidenceRefusal };

/** A recorder that is stopped at the limit is a little late. */
const lateMs = 1000;

export function isTooLong({ durationMs, isVoiceComment }: Pick<Announced, 'durationMs' | 'isVoiceComment'>): boolean {
  const longestMs = isVoiceComment ? evidenceLimits.voiceCommentMs : evidenceLimits.audioMs;
  return durationMs !== null && durationMs > longestMs + lateMs;
}

/** Looks at a file that has arrived: whether it is whole, what it is, and what of it can be kept. */
export async function examine(announced: Announced, bytes: Buffer): Promise<Examined> {
  const { kind, bytes: length, sha256 } = announced;
  if (length > evidenceLimits.bytes) return { refusal: 'too_large' };
  if (bytes.length !== length || !hashOf(bytes).equals(sha256)) return { refusal: 'broken' };
  const recognised = await recognise(kind, bytes);
  if ('refusal' in recognised) return recognised;
  if (kind === 'audio') return isTooLong(announced) ? { refusal: 'too_long' } : kept(bytes, recognised.mediaType);
  const photo = await remakePhoto(bytes);
  return 'refusal' in photo ? photo : kept(photo.jpeg, 'image/jpeg');
}

function kept(bytes: Buffer, mediaType: MediaType): Examined {
  return { kept: { bytes, mediaType, sha256: hashOf(bytes) } };
}

function hashOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
