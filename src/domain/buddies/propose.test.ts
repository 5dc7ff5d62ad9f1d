import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proposeGroups } from './propose.ts';

const classOf = (count: number) => Array.from({ length: count }, (_, number) => number);
const chance = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

test('every group has three or four children, and nobody is in two', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), chance, (count, numbers) => {
      const groups = proposeGroups(classOf(count), () => numbers.next().value ?? 0);
      expect(groups.every(({ length }) => length === 3 || length === 4)).toBe(true);
      expect(new Set(groups.flat()).size).toBe(groups.flat().length);
    }),
  );
});

test('nobody is left over, but of one, two and five children', () => {
  const left = Object.fromEntries(classOf(41).map((count) => [count, count - proposeGroups(classOf(count), Math.random).flat().length]));
  expect(Object.entries(left).filter(([, over]) => over > 0)).toEqual([
    ['1', 1],
    ['2', 2],
    ['5', 1],
  ]);
});

test('chance decides: other numbers make other groups', () => {
  const upwards = [0, 1, 2, 3, 4, 5].map((number) => number / 10);
  const downwards = upwards.toReversed();
  expect(proposeGroups(classOf(6), () => upwards.shift() ?? 0)).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
  expect(proposeGroups(classOf(6), () => downwards.shift() ?? 0)).toEqual([
    [5, 4, 3],
    [2, 1, 0],
  ]);
});
