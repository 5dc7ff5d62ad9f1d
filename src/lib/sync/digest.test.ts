import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { checkpointBelow, digestOf, healingOf } from './digest.ts';

const never = () => false;

it('S23: hashes lines of id and version, sorted by id', async () => {
  const hash = createHash('sha256').update('a:3\nb:1\n').digest('hex');
  expect(
    await digestOf([
      ['b', 1],
      ['a', 3],
    ]),
  ).toEqual({ count: 2, hash });
});

it('S23: goes back below the lowest version that is missing or old here', () => {
  const here = [
    ['a', 1],
    ['b', 5],
  ] as const;
  const there = [
    ['a', 1],
    ['b', 7],
    ['c', 6],
  ] as const;
  expect(healingOf(here, there, never)).toEqual({ rewindBelow: 6, remove: [], sendAgain: [] });
  expect(checkpointBelow(2, 6)).toEqual({ epoch: 2, forward: [5, 'ffffffff-ffff-ffff-ffff-ffffffffffff'], back: null });
});

it('S23: removes what came from the server and should not be here; what never had its version is sent again', () => {
  expect(
    healingOf(
      [
        ['a', 4],
        ['b', 0],
      ],
      [],
      never,
    ),
  ).toEqual({ rewindBelow: null, remove: [{ id: 'a', version: 4 }], sendAgain: ['b'] });
});

it('S23: never touches work that is on its way (trap 21)', () => {
  const isUnsent = () => true;
  expect(
    healingOf(
      [
        ['a', 4],
        ['b', 0],
        ['c', 1],
      ],
      [['c', 9]],
      isUnsent,
    ),
  ).toEqual({ rewindBelow: null, remove: [], sendAgain: [] });
});
