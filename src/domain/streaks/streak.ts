import { addDays, mondayOf, type IsoDate } from '../calendar/dates.ts';
import type { WeekRecord } from '../collections/progress.ts';
import type { CompletionStatus } from '../collections/receipts.ts';

export interface StreakEntry {
  readonly date: IsoDate;
  readonly status: CompletionStatus;
}

export interface StreakInput {
  /** Days on which homework is expected, ascending; the first is the child's first day at school. Counting starts with its week. */
  readonly expectedDays: readonly IsoDate[];
  /** Days a week that meet the target, `T`. */
  readonly target: number;
  readonly today: IsoDate;
  readonly entries: readonly StreakEntry[];
  /** Days excused for this child. */
  readonly excused: readonly IsoDate[];
  /** Closed weeks as they were judged before: neither a new class target nor a new calendar makes them harder. */
  readonly closedWeeks?: readonly WeekRecord[];
}

/**
 * `rested`: missed, but its days count. `ended`: missed after a missed week, the run went back to zero.
 * `open`: this week, which can never break anything.
 */
export type WeekState = 'met' | 'neutral' | 'rested' | 'ended' | 'open';

export interface StreakWeek extends WeekRecord {
  /** Distinct done days, weekends included. */
  readonly have: number;
  readonly state: WeekState;
  /** The run in days when the week was over, or now. */
  readonly run: number;
}

export interface Streak {
  /** Days. */
  readonly currentRun: number;
  readonly longestRun: number;
  /** From the week of the first expected day to this week, oldest first. */
  readonly weeks: readonly StreakWeek[];
}

/** Judges a child's record week by week. Pure: the same on the device and on the server. The rules: RULES.md beside this file. */
export function streak(input: StreakInput): Streak {
  const start = input.expectedDays[0];
  if (start === undefined || start > input.today) return { currentRun: 0, longestRun: 0, weeks: [] };

  const expectedByWeek = groupByWeek(input.expectedDays);
  const doneByWeek = groupByWeek(doneDays(input.entries, mondayOf(start), input.today));
  const excused = new Set(input.excused);
  const recordsByMonday = new Map(input.closedWeeks?.map((week) => [week.monday, week]));
  const thisMonday = mondayOf(input.today);

  const weeks: StreakWeek[] = [];
  let run = 0;
  let longestRun = 0;
  let wasLastMissed = false;

  for (let monday = mondayOf(start); monday <= thisMonday; monday = addDays(monday, 7)) {
    const demand = weekDemand(monday, expectedByWeek.get(monday) ?? [], excused, input.target, recordsByMonday.get(monday));
    const have = doneByWeek.get(monday)?.length ?? 0;
    const state: WeekState = monday === thisMonday ? 'open' : judge(have, demand.need, wasLastMissed);
    run = state === 'ended' ? 0 : run + Math.min(have, demand.cap);
    longestRun = Math.max(longestRun, run);
    if (state !== 'neutral') wasLastMissed = state === 'rested' || state === 'ended';
    weeks.push({ ...demand, have, state, run });
  }
  return { currentRun: run, longestRun, weeks };
}

/** The closed weeks of a streak, in the form that is kept with the child's progress. */
export function weekRecords(weeks: readonly StreakWeek[]): WeekRecord[] {
  return weeks.filter((week) => week.state !== 'open').map(({ monday, cap, need, target }) => ({ monday, cap, need, target }));
}

function judge(have: number, need: number, wasLastMissed: boolean): WeekState {
  if (need === 0 && have === 0) return 'neutral';
  if (have >= need) return 'met';
  return wasLastMissed ? 'ended' : 'rested';
}

function weekDemand(
  monday: IsoDate,
  expected: readonly IsoDate[],
  excused: ReadonlySet<IsoDate>,
  currentTarget: number,
  record: WeekRecord | undefined,
): WeekRecord {
  const target = record?.target ?? currentTarget;
  const cap = expected.length;
  const notExcused = expected.filter((day) => !excused.has(day)).length;
  const need = Math.max(0, Math.min(target, notExcused - 1));
  // A change after the week was closed may only be in the child's favour.
  return record ? { monday, target, cap: Math.max(cap, record.cap), need: Math.min(need, record.need) } : { monday, target, cap, need };
}

function doneDays(entries: readonly StreakEntry[], from: IsoDate, until: IsoDate): IsoDate[] {
  const days = new Set<IsoDate>();
  for (const { date, status } of entries) {
    if (status !== 'void' && date >= from && date <= until) days.add(date);
  }
  return [...days];
}

function groupByWeek(days: readonly IsoDate[]): Map<IsoDate, IsoDate[]> {
  const daysByMonday = new Map<IsoDate, IsoDate[]>();
  for (const day of days) {
    const monday = mondayOf(day);
    const week = daysByMonday.get(monday);
    if (week) week.push(day);
    else daysByMonday.set(monday, [day]);
  }
  return daysByMonday;
}
