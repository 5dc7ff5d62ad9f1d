import { expect, it } from 'vitest';
import { heldBadges } from '$lib/records/held-badges.ts';
import { newFinds } from './new-finds.ts';

const today = '2026-11-23';
const found = heldBadges({ first_step: '2026-09-03', week_star: '2026-11-20', run_5: '2026-11-22' }, []);
const of = (finds: ReturnType<typeof newFinds>) => ({ badges: finds.badges.map(({ id }) => id), level: finds.level });

it('is what came since the child last looked, however long ago it was earned', () => {
  expect(of(newFinds({ badges: ['week_star', 'run_5'], level: 3 }, found, 4, today))).toEqual({ badges: ['first_step'], level: 4 });
});

it('is nothing once it was seen, nor when points have gone with a void', () => {
  const all = found.map(({ id }) => id);
  expect(of(newFinds({ badges: all, level: 4 }, found, 4, today))).toEqual({ badges: [], level: null });
  expect(of(newFinds({ badges: all, level: 4 }, found, 3, today))).toEqual({ badges: [], level: null });
});

it('is the last week’s where this device has never shown them: not a whole year at once', () => {
  expect(of(newFinds(null, found, 4, today))).toEqual({ badges: ['run_5', 'week_star'], level: null });
});
