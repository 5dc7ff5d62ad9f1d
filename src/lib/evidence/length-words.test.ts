import { expect, test } from 'vitest';
import { lengthWords } from './length-words.ts';

test.each([
  [0, '1 second long'],
  [1499, '1 second long'],
  [42_400, '42 seconds long'],
  [59_600, '1 minute long'],
  [61_000, '1 minute 1 second long'],
  [90_900, '1 minute 31 seconds long'],
])('a recording of %i milliseconds is %s', (durationMs, words) => {
  expect(lengthWords(durationMs)).toBe(words);
});
