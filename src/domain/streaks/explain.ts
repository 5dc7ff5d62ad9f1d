import { addDays, mondayOf, weekday, type IsoDate } from '../calendar/dates.ts';
import type { CompletionStatus } from '../collections/receipts.ts';
import type { Streak, StreakInput, StreakWeek } from './streak.ts';

/**
 * Why a day looks as it does. `done`: homework that day. `extra`: homework on a day more than the week has school days.
 * `excused`: "not today". `day_off`: a school day without homework in a week that is fine all the same. `rest`: without
 * homework in a week that was missed. `to_come`: may still be done. `before`: before the first day at school.
 */
export type DayKind = 'done' | 'extra' | 'excused' | 'holiday' | 'weekend' | 'day_off' | 'rest' | 'to_come' | 'before';

export interface DayReason {
  readonly date: IsoDate;
  readonly kind: DayKind;
  /** What became of that day's homework: the best of its entries, null without any. */
  readonly status: Exclude<CompletionStatus, 'void'> | null;
  /** Whether the day is part of the run as it grew in its week. */
  readonly counts: boolean;
  readonly isToday: boolean;
  /** How its week was judged; null before the first week. */
  readonly week: StreakWeek | null;
}

const best = ['approved', 'submitted', 'returned'] as const;

/** Says of each day from `from` to `until`, both included, why it counted, rested or did not matter. `judged` is `streak(input)`. */
export function explainDays(input: StreakInput, judged: Streak, from: IsoDate, until: IsoDate): DayReason[] {
  const expected = new Set(input.expectedDays);
  const excused = new Set(input.excused);
  const weeksByMonday = new Map(judged.weeks.map((week) => [week.monday, week]));
  const statusesByDate = Map.groupBy(
    input.entries.filter((entry) => entry.status !== 'void' && entry.date <= input.today),
    (entry) => entry.date,
  );
  const statusOn = (date: IsoDate): DayReason['status'] => {
    const statuses = statusesByDate.get(date)?.map((entry) => entry.status);
    return statuses ? (best.find((status) => statuses.includes(status)) ?? null) : null;
  };

  /** A week grows by at most its school days: the done days after that many are extra. */
  const isExtra = (date: IsoDate, week: StreakWeek): boolean => {
    let earlier = 0;
    for (let day = week.monday; day < date; day = addDays(day, 1)) if (statusOn(day)) earlier++;
    return earlier >= week.cap;
  };

  const kindOf = (date: IsoDate, week: StreakWeek | null): DayKind => {
    if (week && statusOn(date)) return isExtra(date, week) ? 'extra' : 'done';
    if (excused.has(date) && expected.has(date)) return 'excused';
    if (!week && date <= input.today) return 'before';
    if (!expected.has(date)) return weekday(date) > 5 ? 'weekend' : isBeforeStart(date) ? 'before' : 'holiday';
    if (date >= input.today) return 'to_come';
    return week?.state === 'rested' || week?.state === 'ended' ? 'rest' : 'day_off';
  };
  const isBeforeStart = (date: IsoDate): boolean => date < (input.expectedDays[0] ?? date);

  const reasons: DayReason[] = [];
  for (let date = from; date <= until; date = addDays(date, 1)) {
    const week = weeksByMonday.get(mondayOf(date)) ?? null;
    const kind = kindOf(date, week);
    reasons.push({
      date,
      kind,
      status: week ? statusOn(date) : null,
      counts: kind === 'done' && week !== null && week.state !== 'ended',
      isToday: date === input.today,
      week,
    });
  }
  return reasons;
}
