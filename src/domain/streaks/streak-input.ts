import { addDays, type IsoDate } from '../calendar/dates.ts';
import { expectedDays, type Closure } from '../calendar/expected-days.ts';
import type { WeekRecord } from '../collections/progress.ts';
import type { RunOpening, StreakEntry, StreakInput } from './streak.ts';

/** A child's record as documents hold it, on the device and on the server alike. */
export interface ChildRecord {
  /** The child's first day at the school. */
  readonly startedOn: IsoDate;
  /** Every holiday, INSET day, bank holiday and closure of the school's calendar. */
  readonly closures: readonly Closure[];
  /** The weekly target of the child's class. */
  readonly target: number;
  readonly today: IsoDate;
  readonly entries: readonly StreakEntry[];
  readonly excused: readonly IsoDate[];
  readonly closedWeeks: readonly WeekRecord[];
  /** What stands for weeks whose entries are no longer there. */
  readonly opening?: RunOpening | null | undefined;
}

/** How far ahead of today the calendar is laid out: enough for any month that a screen shows. */
const daysAhead = 62;

/**
 * Lays the school's calendar under a child's record. Counting starts on the child's first day at school, but never
 * before the first academic year that the school's calendar covers: of earlier days nothing is known.
 */
export function streakInput(child: ChildRecord): StreakInput {
  const covered = child.closures.reduce<IsoDate | null>(
    (earliest, { from }) => (earliest === null || from < earliest ? from : earliest),
    null,
  );
  const yearStart = covered === null ? child.startedOn : academicYearStart(covered);
  const from = child.startedOn > yearStart ? child.startedOn : yearStart;
  return {
    expectedDays: expectedDays(child.closures, from, addDays(child.today, daysAhead)),
    target: child.target,
    today: child.today,
    entries: child.entries,
    excused: child.excused,
    closedWeeks: child.closedWeeks,
    opening: child.opening,
  };
}

/** 1 September of the academic year that `date` lies in (England and Wales). */
export function academicYearStart(date: IsoDate): IsoDate {
  const year = Number(date.slice(0, 4));
  return `${date.slice(5) >= '09-01' ? year : year - 1}-09-01`;
}
