import { expect, it } from 'vitest';
import { sentences } from './heard-words.ts';

it('reads one thing after another with a pause between', () => {
  expect(sentences(['Which club?', 'Maths', 'English'])).toBe('Which club? Maths. English');
});

it('puts no second stop where there is one', () => {
  expect(sentences(['A new leaf!', 'Sent.', 'Waiting …', 'Homework'])).toBe('A new leaf! Sent. Waiting … Homework');
});
