import { expect, it } from 'vitest';
import { heldBadges, isNewBadge } from './held-badges.ts';

it('calls a badge new for a week', () => {
  const [held] = heldBadges({ run_5: '2026-11-17' }, []);
  expect(held && isNewBadge(held, '2026-11-23')).toBe(true);
  expect(held && isNewBadge(held, '2026-11-24')).toBe(false);
});
