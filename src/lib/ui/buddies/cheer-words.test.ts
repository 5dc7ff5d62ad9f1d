import { expect, it } from 'vitest';
import { phraseCount } from '#domain/buddies/phrases.ts';
import { cheerWords, phrases } from './cheer-words.ts';

it('there are as many cheers as may be sent, each with words of its own', () => {
  expect(phrases).toHaveLength(phraseCount);
  expect(new Set(phrases.map(cheerWords)).size).toBe(phraseCount);
});

it('a number that is none is a broken promise', () => {
  for (const phrase of [0, phraseCount + 1]) expect(() => cheerWords(phrase)).toThrow('one of those there are');
});
