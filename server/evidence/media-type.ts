import { fileTypeFromBuffer } from 'file-type';
import type * as v from 'valibot';
import type { EvidenceRefusal, FileKind, mediaType } from '#domain/evidence/evidence.ts';

export type MediaType = v.InferOutput<typeof mediaType>;
export type Recognised = { readonly mediaType: MediaType } | { readonly refusal: EvidenceRefusal };

const unknown: Recognised = { refusal: 'unknown_type' };

/** What the bytes are, whatever anybody calls them, and whether that is taken as this kind of evidence. */
export async function recognise(kind: FileKind, bytes: Buffer): Promise<Recognised> {
  const type = (await fileTypeFromBuffer(bytes))?.mime ?? '';
  return kind === 'photo' ? recognisePhoto(type) : recogniseRecording(type, bytes);
}

function recognisePhoto(type: string): Recognised {
  switch (type) {
    case 'image/jpeg':
    case 'image/png':
    case 'image/webp':
      return { mediaType: type };
    case 'image/apng':
      return { refusal: 'moving_picture' };
    default:
      // What phones of one maker take, and few others open.
      return /^image\/hei[cf]/.test(type) ? { refusal: 'unsupported_photo' } : unknown;
  }
}

/** Containers that hold films as well as voices: only what says that it is sound alone is taken. */
function recogniseRecording(type: string, bytes: Buffer): Recognised {
  if (type.startsWith('audio/ogg')) return { mediaType: 'audio/ogg' };
  if (/^(audio|video)\/webm$/.test(type)) return isOpus(bytes) ? { mediaType: 'audio/webm' } : unknown;
  if (/^(audio\/mp4|audio\/x-m4a|video\/mp4)$/.test(type)) return isAac(bytes) ? { mediaType: 'audio/mp4' } : unknown;
  return unknown;
}

/** The track entries of a WebM file name their codecs, and come before its first cluster (RFC 9559). */
function isOpus(bytes: Buffer): boolean {
  const cluster = bytes.indexOf(Buffer.from('1f43b675', 'hex'));
  const tracks = bytes.subarray(0, cluster === -1 ? bytes.length : cluster).toString('latin1');
  return tracks.includes('A_OPUS') && !/V_[A-Z]/.test(tracks);
}

/** The movie box says which handlers and codecs the tracks have (ISO/IEC 14496-12). */
function isAac(bytes: Buffer): boolean {
  const movie = movieBox(bytes)?.toString('latin1') ?? '';
  return movie.includes('soun') && movie.includes('mp4a') && !movie.includes('vide');
}

function movieBox(bytes: Buffer): Buffer | null {
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'moov') return bytes.subarray(at, at + size);
    // 0: to the end of the file; 1: a length that needs 64 bits, which nothing of ours has.
    if (size < 8) return null;
    at += size;
  }
  return null;
}
