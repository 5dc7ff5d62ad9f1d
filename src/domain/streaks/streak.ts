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
  /** What stands for all weeks before its Monday. */
  readonly opening?: RunOpening | null | undefined;
}

/** The run as a week began, where what came before is no longer there entry by entry. */
export interface RunOpening {
  readonly monday: IsoDate;
  /** Days. */
  readonly run: number;
  readonly longestRun: number;
  /** The last week before that was not neutral was missed. */
  readonly isLastMissed: boolean;
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
  const { opening } = input;
  const start = input.expectedDays[0];
  if (start === undefined || start > input.today) return { currentRun: opening?.run ?? 0, longestRun: opening?.longestRun ?? 0, weeks: [] };

  const firstMonday = opening && opening.monday > start ? opening.monday : mondayOf(start);
  const expectedByWeek = groupByWeek(input.expectedDays);
  const doneByWeek = groupByWeek(doneDays(input.entries, firstMonday, input.today));
  const excused = new Set(input.excused);
  const recordsByMonday = new Map(input.closedWeeks?.map((week) => [week.monday, week]));
  const thisMonday = mondayOf(input.today);

  const weeks: StreakWeek[] = [];
  let run = opening?.run ?? 0;
  let longestRun = opening?.longestRun ?? 0;
  let wasLastMissed = opening?.isLastMissed ?? false;

  for (let monday = firstMonday; monday <= thisMonday; monday = addDays(monday, 7)) {
    const demand = weekDemand(monday, expectedByWeek.get(monday) ?? [], excused, input.target, recordsByMonday.get(monday));
    const have = doneByWeek.get(monday)?.length ?? 0;
    const state: WeekState = monday === thisMonday ? 'open' : judge(have, demand.need, wasLastMissed);
    run = state === 'ended' ? 0 : run + Math.min(have, demand.cap);
    longestRun = Math.max(longestRun, run);
    if (state !== 'neutral') wasLastMissed = isMissed(state);
    weeks.push({ ...demand, have, state, run });
  }
  return { currentRun: run, longestRun, weeks };
}

/**
 * What can stand for all weeks before `monday`, which has come: from then on `streak` says the same with it and without their
 * entries. An opening that is later already stays.
 */
export function openingAt(input: StreakInput, monday: IsoDate): RunOpening {
  if (input.opening && input.opening.monday >= monday) return input.opening;
  const earlier = streak(input).weeks.filter((week) => week.monday < monday);
  const judged = earlier.findLast((week) => week.state !== 'neutral');
  return {
    monday,
    run: earlier.at(-1)?.run ?? input.opening?.run ?? 0,
    longestRun: earlier.reduce((longest, { run }) => Math.max(longest, run), input.opening?.longestRun ?? 0),
    isLastMissed: judged ? isMissed(judged.state) : (input.opening?.isLastMissed ?? false),
  };
}

/** The closed weeks of a streak, in the form that is kept with the child's progress. */
export function weekRecords(weeks: readonly StreakWeek[]): WeekRecord[] {
  return weeks.filter((week) => week.state !== 'open').map(({ monday, cap, need, target }) => ({ monday, cap, need, target }));
}

function isMissed(state: WeekState): boolean {
  return state === 'rested' || state === 'ended';
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
