import { evidenceLimits, type EvidenceRefusal } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import { fitted, smallEnough } from './photo-size.ts';

/** A photo that cannot be taken as it is. */
export class PhotoRefused extends Error {
  readonly refusal: EvidenceRefusal;

  constructor(refusal: EvidenceRefusal, options?: ErrorOptions) {
    super(refusal, options);
    this.refusal = refusal;
  }
}

/**
 * Draws a photo anew, upright and no larger than is kept: where it was taken, with what and when does not come along.
 *
 * @throws PhotoRefused
 */
export async function preparePhoto(file: Blob): Promise<Blob> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (reason) {
    throw new PhotoRefused('unsupported_photo', { cause: reason });
  }
  try {
    if (picture.width * picture.height > evidenceLimits.pixels) throw new PhotoRefused('too_many_pixels');
    const { width, height } = fitted(picture);
    const canvas = new OffscreenCanvas(width, height);
    const context = must(canvas.getContext('2d', { alpha: false }), 'a canvas can be drawn on');
    // JPEG knows no glass: what could be seen through is paper.
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.drawImage(picture, 0, 0, width, height);
    return await smallEnough((quality) => canvas.convertToBlob({ type: 'image/jpeg', quality }));
  } finally {
    picture.close();
  }
}
