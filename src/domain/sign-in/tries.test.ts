import { expect, test } from 'vitest';
import { afterWrongTry, noTries, waitBeforeTry, type Tries } from './tries.ts';

const now = 1_000_000;
const afterMany = (count: number): Tries => Array.from({ length: count }).reduce<Tries>((tries) => afterWrongTry(tries, now), noTries);

test('four wrong tries cost nothing; the fifth costs half a minute, and each after it twice as much, up to an hour', () => {
  const waits = [4, 5, 6, 7, 11, 12, 13, 40].map((count) => waitBeforeTry(afterMany(count), now));
  expect(waits).toEqual([0, 30_000, 60_000, 120_000, 1_920_000, 3_600_000, 3_600_000, 3_600_000]);
});

test('the wait ends with its time, and a clock that was set back does not make it longer than an hour', () => {
  const fifth = afterMany(5);
  expect(waitBeforeTry(fifth, now + 29_999)).toBe(1);
  expect(waitBeforeTry(fifth, now + 30_000)).toBe(0);
  expect(waitBeforeTry(fifth, now - 86_400_000)).toBe(3_600_000);
});
