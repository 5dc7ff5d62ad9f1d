import { describe, expect, it, vi } from 'vitest';
import { fitted, qualities, smallEnough } from './photo-size.ts';

describe('the size of a photo', () => {
  it('has a longest side of 1600 and keeps its shape', () => {
    expect(fitted({ width: 4000, height: 3000 })).toEqual({ width: 1600, height: 1200 });
    expect(fitted({ width: 3000, height: 4000 })).toEqual({ width: 1200, height: 1600 });
    expect(fitted({ width: 20_000, height: 2 })).toEqual({ width: 1600, height: 1 });
  });

  it('never grows', () => {
    expect(fitted({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
  });

  it('gives up sharpness only as far as it must', async () => {
    const encode = vi.fn((quality: number) => Promise.resolve(new Blob([new Uint8Array(Math.round(quality * 1000))])));
    expect((await smallEnough(encode, 800)).size).toBe(750);
    expect(encode).toHaveBeenCalledTimes(2);
    expect((await smallEnough(encode, 10)).size).toBe(450);
    expect(encode).toHaveBeenCalledTimes(2 + qualities.length);
  });
});
