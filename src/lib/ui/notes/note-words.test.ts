import { expect, it } from 'vitest';
import { noteWords } from './note-words.ts';

it('tells what a note says, and nothing that it does not say', () => {
  expect(noteWords({ text: 'We cut up a pancake.', helped: true })).toBe('“We cut up a pancake.” · I helped');
  expect(noteWords({ text: null, helped: false })).toBe('Did it alone');
  expect(noteWords({ text: 'She read it twice.', helped: null })).toBe('“She read it twice.”');
});
