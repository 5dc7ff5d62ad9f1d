import type { DayReason } from '#domain/streaks/explain.ts';
import type { StreakWeek } from '#domain/streaks/streak.ts';
import { m } from '$lib/messages/generated/messages.js';

/** How a week stands, in a child's words. Nothing here hurries, warns or blames. */
export function weekWords(week: StreakWeek): string {
  const { have, need } = week;
  switch (week.state) {
    case 'open':
      if (need === 0) return have === 0 ? m.child_week_free() : m.child_week_some({ count: have });
      return have >= need ? m.child_week_full_already({ count: have }) : m.child_week_so_far({ count: have, need });
    case 'met':
      if (need === 0) return m.child_week_some({ count: have });
      return need < week.target && have < week.target ? m.child_week_enough({ count: have }) : m.child_week_full({ count: have });
    case 'neutral':
      return m.child_week_holiday();
    case 'rested':
      return have > 0 ? m.child_week_rested_some({ count: have }) : m.child_week_rested();
    case 'ended':
      return m.child_week_ended();
  }
}

/** What a week has added to the ring. */
export function weekGrowth(week: StreakWeek): number {
  return week.state === 'ended' ? 0 : Math.min(week.have, week.cap);
}

export interface DayFacts {
  readonly teacher: string;
  /** Clubs in which something was logged that day: "Maths and English". */
  readonly clubs: string;
  /** The name of the holiday, where it has one. */
  readonly holiday: string | null;
}

/** Why a day looks as it does, in a child's words. */
export function dayReasonWords(day: DayReason, { teacher, clubs, holiday }: DayFacts): string {
  switch (day.kind) {
    case 'done':
      return doneWords(day, teacher, clubs);
    case 'extra':
      return m.child_day_extra({ clubs });
    case 'excused':
      return m.child_day_excused();
    case 'holiday':
      return holiday === null ? m.child_day_holiday() : m.child_day_holiday_named({ holiday });
    case 'weekend':
      return m.child_day_weekend();
    case 'day_off':
      return m.child_day_off();
    case 'rest':
      return day.week?.state === 'ended' ? m.child_day_long_rest() : m.child_day_rest();
    case 'to_come':
      return day.isToday ? m.child_day_today() : m.child_day_to_come();
    case 'before':
      return m.child_day_before();
  }
}

function doneWords(day: DayReason, teacher: string, clubs: string): string {
  if (!day.counts) return m.child_day_done_before_rest({ clubs });
  switch (day.status) {
    case 'submitted':
      return m.child_day_waiting({ clubs, teacher });
    case 'returned':
      return m.child_day_returned({ clubs });
    default:
      return m.child_day_done({ clubs });
  }
}
