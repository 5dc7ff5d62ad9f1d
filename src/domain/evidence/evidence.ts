import * as v from 'valibot';
import { uuid } from '../ids.ts';

/** What is captured as a file: a photo, or a recording of a voice. */
export const fileKind = v.picklist(['photo', 'audio']);
export type FileKind = v.InferOutput<typeof fileKind>;

/** What the first bytes may say; everything else is refused. */
export const mediaTypes = {
  photo: ['image/jpeg', 'image/png', 'image/webp'],
  audio: ['audio/webm', 'audio/mp4', 'audio/ogg'],
} as const satisfies Record<FileKind, readonly string[]>;
export const mediaType = v.picklist([...mediaTypes.photo, ...mediaTypes.audio]);

export const evidenceLimits = {
  /** Of one file, as it is sent. */
  bytes: 10 * 1024 * 1024,
  /** Of one piece of homework. */
  files: 8,
  /** Of one child, begun on one day of the school: what exceeds it waits on its device for the next day. */
  filesADay: 60,
  bytesADay: 100 * 1024 * 1024,
  /** Longest side in pixels that is kept, and what a device aims at before it sends. */
  longestSide: 1600,
  photoBytes: 300 * 1024,
  /** Pixels of a photo that is opened at all, and frames of an animated one. */
  pixels: 40_000_000,
  frames: 1,
  /** Milliseconds of a recording. */
  audioMs: 90_000,
  /** Milliseconds of what a teacher says with a mark. */
  voiceCommentMs: 60_000,
  /** Bytes of one request of an upload. */
  chunkBytes: 256 * 1024,
} as const;

/** Why a file was not taken. One list for both sides; screens turn a code into words. */
export const evidenceRefusals = {
  unknown_type: 'This is not a photo or a recording that can be opened. Use JPEG, PNG or WebP, or record it here.',
  unsupported_photo: 'This photo is of a kind that cannot be opened here. Take it again, or save it as JPEG.',
  too_large: 'This file is larger than 10 MB.',
  too_many_pixels: 'This photo is too large to open. Take a smaller one.',
  moving_picture: 'This picture moves. Take a photo that stands still.',
  too_long: 'This recording is too long: homework may be a minute and a half, a teacher’s comment a minute.',
  broken: 'This file did not arrive whole, or is broken. Take or record it again.',
  no_consent: 'The school has no permission for this kind of file, so it was not kept. The homework itself is safe.',
} as const;
export type EvidenceRefusal = keyof typeof evidenceRefusals;

export const evidenceState = v.picklist(['expected', 'uploading', 'ready', 'refused', 'withdrawn']);

/** How far a file of a piece of homework has come, as its receipt tells. */
export const evidenceReceipt = v.object({
  id: uuid,
  kind: fileKind,
  state: evidenceState,
  /** Null until the server has opened it. */
  mediaType: v.nullable(mediaType),
  durationMs: v.nullable(v.number()),
  /** Why it was refused. */
  refusal: v.nullable(v.picklist(Object.keys(evidenceRefusals) as [EvidenceRefusal, ...EvidenceRefusal[]])),
});
export type EvidenceReceipt = v.InferOutput<typeof evidenceReceipt>;
