import { evidenceLimits } from '#domain/evidence/evidence.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The same shape with its longest side no longer than is kept; a small photo stays as it is. */
export function fitted({ width, height }: Size, longestSide: number = evidenceLimits.longestSide): Size {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** From sharp to still readable. */
export const qualities = [0.85, 0.75, 0.65, 0.55, 0.45] as const;

/** Encodes at falling quality until it is small enough; the smallest where none is. */
export async function smallEnough(encode: (quality: number) => Promise<Blob>, bytes: number = evidenceLimits.photoBytes): Promise<Blob> {
  let smallest: Blob | null = null;
  for (const quality of qualities) {
    const encoded = await encode(quality);
    if (smallest === null || encoded.size < smallest.size) smallest = encoded;
    if (smallest.size <= bytes) break;
  }
  return smallest ?? new Blob();
}
