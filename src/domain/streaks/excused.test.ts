import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { excusedDays } from '../collections/excused-days.ts';
import { canExcuse, excusableMondays, standingExcuses } from './excused.ts';

const id = (number: number) => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const row = (number: number, fields: object = {}) =>
  v.parse(excusedDays.schema, {
    id: id(number),
    version: 1,
    studentId: id(900),
    day: '2026-11-24',
    state: 'excused',
    withdraws: null,
    capturedAt: '2026-11-24T16:00:00.000Z',
    ...fields,
  });

describe('excused days', () => {
  it('stand until a row takes them back, whichever came first', () => {
    const [given, other] = [row(1), row(2, { day: '2026-11-25' })];
    const takenBack = row(3, { state: 'withdrawn', withdraws: given.id });
    expect(standingExcuses([given, other])).toEqual([given, other]);
    expect(standingExcuses([given, other, takenBack])).toEqual([other]);
    expect(standingExcuses([takenBack, other, given])).toEqual([other]);
  });

  it('stand again when they are said again, and twice said are taken back twice', () => {
    const takenBack = row(2, { state: 'withdrawn', withdraws: id(1) });
    expect(standingExcuses([row(1), takenBack, row(3)])).toEqual([row(3)]);
  });

  it('reach 28 days back and ahead', () => {
    const today = '2026-11-24';
    expect(['2026-10-26', '2026-10-27', '2026-12-22', '2026-12-23'].map((day) => canExcuse(day, today))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('are offered by weeks: next week, this one, and every one with a day that can still be excused', () => {
    expect(excusableMondays('2026-11-24')).toEqual(['2026-11-30', '2026-11-23', '2026-11-16', '2026-11-09', '2026-11-02', '2026-10-26']);
  });

  it('never hold a reason, and name what they take back', () => {
    const isTaken = (fields: object) => v.safeParse(excusedDays.schema, { ...row(1), ...fields }).success;
    expect(isTaken({ reason: 'ill' })).toBe(false);
    expect(isTaken({ state: 'withdrawn' })).toBe(false);
    expect(isTaken({ withdraws: id(2) })).toBe(false);
  });
});
