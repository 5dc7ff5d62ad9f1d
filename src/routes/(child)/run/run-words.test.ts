import { describe, expect, it } from 'vitest';
import type { DayKind, DayReason } from '#domain/streaks/explain.ts';
import type { StreakWeek, WeekState } from '#domain/streaks/streak.ts';
import { dayReasonWords, weekGrowth, weekWords } from './run-words.ts';

const week: StreakWeek = { monday: '2026-11-16', cap: 5, need: 4, target: 4, have: 4, state: 'met', run: 4 };
const day: DayReason = { date: '2026-11-17', kind: 'done', status: 'approved', counts: true, isToday: false, week };
const facts = { teacher: 'Ms Okafor', clubs: 'Maths', holiday: null };

describe('a run in a child’s words', () => {
  it('has words for every kind of day and week', () => {
    const kinds: DayKind[] = ['done', 'extra', 'excused', 'holiday', 'weekend', 'day_off', 'rest', 'to_come', 'before'];
    const states: WeekState[] = ['met', 'neutral', 'rested', 'ended', 'open'];
    for (const kind of kinds) expect(dayReasonWords({ ...day, kind }, facts)).not.toBe('');
    for (const state of states) expect(weekWords({ ...week, state })).not.toBe('');
  });

  it('blames nobody and hurries nobody', () => {
    const states: WeekState[] = ['rested', 'ended', 'open', 'neutral'];
    const said = [
      ...states.flatMap((state) => [0, 2].map((have) => weekWords({ ...week, state, have }))),
      ...(['day_off', 'rest', 'to_come', 'excused'] as const).map((kind) => dayReasonWords({ ...day, kind }, facts)),
    ].join(' ');
    expect(said).not.toMatch(/lose|lost|miss|fail|broke|late|hurry|should|must|only/i);
  });

  it('says that waiting for a teacher, or another go, costs nothing', () => {
    expect(dayReasonWords({ ...day, status: 'submitted' }, facts)).toContain('counts');
    expect(dayReasonWords({ ...day, status: 'returned' }, facts)).toContain('stays');
  });

  it('says when a “not today” made fewer leaves enough', () => {
    expect(weekWords({ ...week, need: 3, have: 3 })).toContain('enough');
  });

  it('adds at most a leaf for each school day of the week', () => {
    expect(weekGrowth({ ...week, have: 7 })).toBe(5);
    expect(weekGrowth({ ...week, have: 1, state: 'ended' })).toBe(0);
  });
});
