import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../../tests/vectors/streaks.json' with { type: 'json' };
import { addDays } from '../calendar/dates.ts';
import { explainDays } from './explain.ts';
import { streak, type StreakInput } from './streak.ts';

const { expectedDays } = vectors;
const explain = (input: StreakInput, from: string, until: string) => explainDays(input, streak(input), from, until);
const input = (parts: Partial<StreakInput>): StreakInput => ({
  expectedDays,
  target: 4,
  today: '2026-10-16',
  entries: [],
  excused: [],
  ...parts,
});
const kinds = (parts: Partial<StreakInput>, from: string, until: string): string[] =>
  explain(input(parts), from, until).map((day) => day.kind);
const entries = (...dates: string[]) => dates.map((date) => ({ date, status: 'submitted' as const }));

describe('why a day looks as it does', () => {
  test('a day before the first day at school does not matter', () => {
    expect(kinds({}, '2026-08-20', '2026-08-20')).toEqual(['before']);
    expect(kinds({}, '2026-09-01', '2026-09-01')).toEqual(['before']);
  });

  test('weekends and holidays are named as such', () => {
    expect(kinds({ today: '2026-11-04' }, '2026-10-23', '2026-10-26')).toEqual(['rest', 'weekend', 'weekend', 'holiday']);
  });

  test('a day without homework in a met week is a day off, in a missed week a rest', () => {
    const metWeek = entries('2026-09-07', '2026-09-08', '2026-09-09', '2026-09-10');
    expect(kinds({ entries: metWeek }, '2026-09-11', '2026-09-14')).toEqual(['day_off', 'weekend', 'weekend', 'rest']);
  });

  test('today and later school days of this week are still to come', () => {
    expect(kinds({ today: '2026-10-15' }, '2026-10-14', '2026-10-17')).toEqual(['day_off', 'to_come', 'to_come', 'weekend']);
  });

  test('an excused day says so, unless homework was done all the same', () => {
    expect(kinds({ excused: ['2026-10-12', '2026-10-13'], entries: entries('2026-10-13') }, '2026-10-12', '2026-10-13')).toEqual([
      'excused',
      'done',
    ]);
  });

  test('the best entry of a day is its status, and void is nothing', () => {
    const day = { date: '2026-10-12' };
    const statusOf = (...statuses: ('submitted' | 'approved' | 'returned' | 'void')[]) =>
      explain(input({ entries: statuses.map((status) => ({ ...day, status })) }), day.date, day.date)[0]?.status;
    expect(statusOf('returned', 'approved')).toBe('approved');
    expect(statusOf('returned', 'submitted')).toBe('submitted');
    expect(statusOf('void')).toBeNull();
  });

  test('more done days than school days are extra', () => {
    const all = ['2026-10-12', '2026-10-13', '2026-10-14', '2026-10-15', '2026-10-16', '2026-10-17'];
    expect(kinds({ today: '2026-10-18', entries: entries(...all) }, '2026-10-16', '2026-10-17')).toEqual(['done', 'extra']);
  });

  test('days that count since the run began add up to the run', () => {
    const date = fc.integer({ min: 0, max: 250 }).map((offset) => addDays('2026-09-01', offset));
    fc.assert(
      fc.property(fc.array(date, { minLength: 20, maxLength: 250 }), date, (dates, today) => {
        const history = input({ today, entries: entries(...dates) });
        const judged = streak(history);
        const lastEnd = judged.weeks.findLastIndex((week) => week.state === 'ended');
        const from = judged.weeks[lastEnd + 1]?.monday;
        if (from === undefined) return;
        const counted = explainDays(history, judged, from, today).filter((day) => day.counts).length;
        expect(counted).toBe(judged.currentRun);
      }),
    );
  });
});
