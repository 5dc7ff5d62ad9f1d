import { expect, it } from 'vitest';
import { badgesToFind, foundBadges } from './badge-lists.ts';

it('shows the newest badge first, and none that this app does not know', () => {
  const held = { first_step: '2026-09-03', run_5: '2026-09-09', week_star: '2026-09-09', of_next_year: '2026-10-01' };
  expect(foundBadges(held).map(({ id }) => id)).toEqual(['run_5', 'week_star', 'first_step']);
});

it('shows what is nearest first, and of the runs only the next', () => {
  const toCome = [
    { id: 'story_teller', on: null, have: 2, need: 10 },
    { id: 'run_25', on: null, have: 12, need: 25 },
    { id: 'lab_coat', on: null, have: 7, need: 10 },
    { id: 'run_50', on: null, have: 12, need: 50 },
  ] as const;
  expect(badgesToFind(toCome).map(({ id }) => id)).toEqual(['lab_coat', 'run_25', 'story_teller']);
});
