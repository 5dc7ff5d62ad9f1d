import type { StreakWeek } from '#domain/streaks/streak.ts';
import { m } from '$lib/messages/generated/messages.js';
import { isHoliday } from './class-table.ts';

/** One week in a sentence: what was done, what was asked, what it did to the run. */
export function weekWords(week: StreakWeek): string {
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
      return m.class_week_ended(figures);
    case 'open':
      return m.class_week_open(figures);
  }
}
