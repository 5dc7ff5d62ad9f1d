import type { IsoDate } from '#domain/calendar/dates.ts';
import type { StreakWeek } from '#domain/streaks/streak.ts';
import { m } from '$lib/messages/generated/messages.js';

/** A week with no school days and nothing done. */
export function isHoliday(week: StreakWeek): boolean {
  return week.cap === 0 && week.have === 0;
}

/** Mondays of the weeks that ended a run: those that follow a missed one and had a run to end. */
export function endingWeeks(weeks: readonly StreakWeek[]): ReadonlySet<IsoDate> {
  return new Set(weeks.filter((week, index) => week.state === 'ended' && (weeks[index - 1]?.run ?? 0) > 0).map((week) => week.monday));
}

/** One week in a sentence: what was done, what was asked, what it did to the run. `endsRun`: there was a run for it to end. */
export function weekWords(week: StreakWeek, endsRun: boolean): string {
  if (isHoliday(week)) return m.class_week_holiday();
  const figures = { have: week.have, need: week.need };
  switch (week.state) {
    case 'met':
      return m.class_week_met(figures);
    case 'neutral':
      return m.class_week_neutral();
    case 'rested':
      return m.class_week_rested(figures);
    case 'ended':
      return endsRun ? m.class_week_ended(figures) : m.class_week_missed(figures);
    case 'open':
      return m.class_week_open(figures);
  }
}
