import sharp from 'sharp';
import { evidenceLimits, type EvidenceRefusal } from '#domain/evidence/evidence.ts';

export type Photo = { readonly jpeg: Buffer } | { readonly refusal: EvidenceRefusal };

/** Jpegs at this quality are hard to tell from their originals, and a page of homework stays near 300 KB. */
const quality = 80;
const mostSeconds = 20;

// Security: of the many formats that the library reads, three; the rest is not even tried, whatever the bytes say.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] });
// A photo is opened once: nothing of it is kept in memory. One thread each; how many at once is for the caller to say.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Makes the photo anew from its pixels: upright, no larger than it has to be, and with nothing else that the file held (EXIF, the
 * place, colour profiles, whatever was attached).
 */
export async function remakePhoto(bytes: Buffer): Promise<Photo> {
  try {
    // Of the header alone: nothing is unfolded before its size is known.
    const { width, height, pages } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if ((pages ?? 1) > evidenceLimits.frames) return { refusal: 'moving_picture' };
    if (width * height > evidenceLimits.pixels) return { refusal: 'too_many_pixels' };
    const { longestSide } = evidenceLimits;
    const jpeg = await sharp(bytes, { limitInputPixels: evidenceLimits.pixels, failOn: 'error', sequentialRead: true })
      .autoOrient()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .jpeg({ quality })
      .timeout({ seconds: mostSeconds })
      .toBuffer();
    return { jpeg };
  } catch {
    return { refusal: 'broken' }; // The decoder's words are of no use to anybody who holds the photo.
  }
}
