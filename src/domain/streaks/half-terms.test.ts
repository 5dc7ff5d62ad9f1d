import { describe, expect, it } from 'vitest';
import { halfTerms } from './half-terms.ts';
import type { StreakWeek } from './streak.ts';

const week = (monday: string, cap: number): StreakWeek => ({
  monday,
  cap,
  need: Math.min(cap, 4),
  target: 4,
  have: 0,
  state: 'met',
  run: 0,
});
const [one, two, holiday, three] = [week('2026-10-12', 5), week('2026-10-19', 5), week('2026-10-26', 0), week('2026-11-02', 4)];

describe('half-terms', () => {
  it('are parted by weeks without a school day, and the last ends with this week', () => {
    expect(halfTerms([one, two, holiday, three])).toEqual([
      { from: '2026-10-12', until: '2026-10-25', weeks: [one, two], isOver: true },
      { from: '2026-11-02', until: '2026-11-08', weeks: [three], isOver: false },
    ]);
  });

  it('do not begin or end with a holiday, and are none before the first school week', () => {
    expect(halfTerms([holiday, three, week('2026-11-09', 0)])).toMatchObject([{ isOver: true }]);
    expect(halfTerms([holiday])).toEqual([]);
    expect(halfTerms([])).toEqual([]);
  });
});
