import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Checkpoint } from '#domain/sync/protocol.ts';
import { floorOf } from './floor.ts';

const low = '00000000-0000-7000-8000-000000000000';
const high = 'ffffffff-ffff-7fff-bfff-ffffffffffff';
const at = (forward: number, back: number | null = null, epoch = 1): Checkpoint => ({
  epoch,
  forward: [forward, low],
  back: back === null ? null : [back, low],
});

it('S21: going forward the lower checkpoint has seen less, going back the higher', () => {
  expect(floorOf(at(5), at(9))).toEqual(at(5));
  expect(floorOf(at(9, 3), at(9, 6))).toEqual(at(9, 6));
  expect(floorOf(at(9, 3), at(9))).toEqual(at(9, 3));
  expect(floorOf(null, at(9))).toBeNull();
  expect(floorOf({ ...at(5), forward: [5, high] }, at(5))).toEqual(at(5));
});

it('S3: whoever stands in an earlier epoch has seen nothing of the later one', () => {
  expect(floorOf(at(2, null, 2), at(9, null, 1))).toEqual(at(9, null, 1));
});

it('is the same in any order, and of itself is itself', () => {
  const checkpoint = fc
    .tuple(
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 0, max: 5 }),
      fc.option(fc.integer({ min: 0, max: 5 })),
      fc.constantFrom(low, high),
    )
    .map(([epoch, forward, back, id]): Checkpoint => ({ epoch, forward: [forward, id], back: back === null ? null : [back, id] }));
  fc.assert(
    fc.property(checkpoint, checkpoint, (one, other) => {
      expect(floorOf(one, other)).toEqual(floorOf(other, one));
      expect(floorOf(one, one)).toEqual(one);
      expect(floorOf(floorOf(one, other), one)).toEqual(floorOf(one, other));
    }),
  );
});
