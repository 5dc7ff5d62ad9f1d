import { expect, it } from 'vitest';
import { foundBadges, isNewBadge } from './found-badges.ts';

it('shows the newest badge first, and none that this app does not know', () => {
  const held = { first_step: '2026-09-03', run_5: '2026-09-09', week_star: '2026-09-09', of_next_year: '2026-10-01' };
  expect(foundBadges(held).map(({ id }) => id)).toEqual(['run_5', 'week_star', 'first_step']);
});

it('calls a badge new for a week', () => {
  const found = { id: 'run_5', on: '2026-11-17' } as const;
  expect(isNewBadge(found, '2026-11-23')).toBe(true);
  expect(isNewBadge(found, '2026-11-24')).toBe(false);
});
