import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { addressToCard, cardToAddress } from './card-address.ts';
import { drawCode, type CodeDrawing } from './code-drawing.ts';

/** What a camera sees of the drawing: light and dark in shades of grey. */
function photograph({ size, path }: CodeDrawing, scale: number, spoil: (x: number, y: number) => boolean = () => false) {
  const width = size * scale;
  const data = new Uint8ClampedArray(width * width * 4).fill(235);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++)
      for (let column = Number(x) * scale; column < (Number(x) + Number(length)) * scale; column++)
        if (!spoil(column / width, row / width)) data.fill(30, (row * width + column) * 4, (row * width + column) * 4 + 3);
  }
  return { width, height: width, data };
}

const secret = 'Zm9vYmFyYmF6cXV4MTIzNA';
const address = cardToAddress('https://homework.oak-hill.example', secret);

describe('a card’s code', () => {
  it('reads back as the address that was drawn', () => {
    expect(addressToCard(decodeQR(photograph(drawCode(address), 5)))).toBe(secret);
  });

  it('still reads with a corner rubbed off', () => {
    const isRubbedOff = (x: number, y: number) => x > 0.82 && y > 0.82;
    expect(decodeQR(photograph(drawCode(address), 5, isRubbedOff))).toBe(address);
  });

  it('has the quiet zone that readers need', () => {
    const { size, path } = drawCode(address);
    for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(4);
      expect(Number(y)).toBeGreaterThanOrEqual(4);
      expect(Number(x) + Number(length)).toBeLessThanOrEqual(size - 4);
    }
  });
});
