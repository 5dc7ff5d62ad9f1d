import { expect, it } from 'vitest';
import { idOf } from '$lib/records/testing.ts';
import type { GivenBadge } from '$lib/records/given-badges.ts';
import { foundBadges } from './found-badges.ts';

const own = { id: idOf(1), version: 1, kind: 'badge', code: null, name: 'Kind Helper', sentence: 'You helped.', picture: 'heart' } as const;
const given = (on: string, badge: Partial<GivenBadge['badge']> = {}): GivenBadge => ({
  badge: { ...own, isActive: true, ...badge },
  ...{ on, teacherId: idOf(7), isWaiting: false },
});

it('shows the newest badge first, and none that this app does not know', () => {
  const held = { first_step: '2026-09-03', run_5: '2026-09-09', week_star: '2026-09-09', of_next_year: '2026-10-01' };
  expect(foundBadges(held, []).map(({ id }) => id)).toEqual(['run_5', 'week_star', 'first_step']);
});

it('shows what a teacher gave among them, with who gave it', () => {
  const held = { first_step: '2026-09-03', run_5: '2026-09-09' };
  expect(foundBadges(held, [given('2026-09-04')])).toMatchObject([
    { id: 'run_5', teacherId: null },
    { id: idOf(1), name: 'Kind Helper', words: 'You helped.', picture: { art: 'badge-blank', motif: 'motif-heart' }, teacherId: idOf(7) },
    { id: 'first_step', teacherId: null },
  ]);
});

it('says a built-in badge in its own words, and one of a newer server in the server’s, with no picture that is not there', () => {
  const [spark] = foundBadges({}, [given('2026-09-04', { code: 'teachers_spark', name: 'From the server', picture: 'teachers_spark' })]);
  expect(spark).toMatchObject({ name: 'Teacher’s Spark', picture: { art: 'badge-teachers-spark' } });
  const [unknown] = foundBadges({}, [given('2026-09-04', { code: 'of_next_year', picture: 'toString' })]);
  expect(unknown).toMatchObject({ name: 'Kind Helper', words: 'You helped.', picture: { art: 'badge-blank', motif: null } });
});
