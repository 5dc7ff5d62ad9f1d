import { expect, it } from 'vitest';
import { badgesToFind } from './to-find.ts';

it('shows what is nearest first, and of the runs only the next', () => {
  const toCome = [
    { id: 'story_teller', on: null, have: 2, need: 10 },
    { id: 'run_25', on: null, have: 12, need: 25 },
    { id: 'lab_coat', on: null, have: 7, need: 10 },
    { id: 'run_50', on: null, have: 12, need: 50 },
  ] as const;
  expect(badgesToFind(toCome).map(({ id }) => id)).toEqual(['lab_coat', 'run_25', 'story_teller']);
});
