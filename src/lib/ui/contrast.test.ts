import { expect, it } from 'vitest';
import { contrast } from './contrast.ts';

it('is 21 between black and white, 1 between a colour and itself, and the same both ways', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
  expect(contrast([47, 111, 79], [47, 111, 79])).toBe(1);
  expect(contrast([255, 255, 255], [0, 0, 0])).toBeCloseTo(21, 5);
});

it('puts the grey that just passes beside the one that just does not', () => {
  expect(contrast([118, 118, 118], [255, 255, 255])).toBeGreaterThan(4.5);
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeLessThan(4.5);
});
