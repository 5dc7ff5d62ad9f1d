import { expect, test } from 'vitest';
import vectors from '../../../tests/vectors/streaks.json' with { type: 'json' };
import { academicYearStart, streakInput, type ChildRecord } from './streak-input.ts';

/** The calendar behind the worked cases: a school of 2026/27. */
const closures = [
  { from: '2026-09-01', until: '2026-09-02' },
  { from: '2026-10-26', until: '2026-10-30' },
  { from: '2026-11-30', until: '2026-11-30' },
  { from: '2026-12-19', until: '2027-01-04' },
];
const child: ChildRecord = { startedOn: '2022-09-05', closures, target: 4, today: '2026-11-20', entries: [], excused: [], closedWeeks: [] };

test('expected days are the school days of the calendar', () => {
  const { expectedDays } = streakInput(child);
  expect(expectedDays).toEqual(vectors.expectedDays.filter((day) => day <= '2027-01-21'));
});

test('a child who starts in the middle of the year counts from the first day at school', () => {
  expect(streakInput({ ...child, startedOn: '2026-10-12' }).expectedDays[0]).toBe('2026-10-12');
});

test('a school without a calendar counts from the child’s first day', () => {
  expect(streakInput({ ...child, closures: [], startedOn: '2026-10-12' }).expectedDays[0]).toBe('2026-10-12');
});

test('the academic year begins on 1 September', () => {
  expect(academicYearStart('2026-08-31')).toBe('2025-09-01');
  expect(academicYearStart('2026-09-01')).toBe('2026-09-01');
});
