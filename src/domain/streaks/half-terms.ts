import { addDays, type IsoDate } from '../calendar/dates.ts';
import type { StreakWeek } from './streak.ts';

export interface HalfTerm {
  /** A Monday, and a Sunday; the last one ends with this week. */
  readonly from: IsoDate;
  readonly until: IsoDate;
  /** Oldest first. */
  readonly weeks: readonly StreakWeek[];
  /** A week without a school day has followed. */
  readonly isOver: boolean;
}

/** The stretches of school weeks that weeks without a school day part, oldest first; the one that is not over yet is the last. */
export function halfTerms(weeks: readonly StreakWeek[]): HalfTerm[] {
  const stretches: StreakWeek[][] = [];
  let isParted = true;
  for (const week of weeks) {
    if (week.cap > 0) {
      if (isParted) stretches.push([]);
      stretches.at(-1)?.push(week);
    }
    isParted = week.cap === 0;
  }
  return stretches.flatMap((stretch, index) => {
    const [first] = stretch;
    const last = stretch.at(-1);
    const isOver = isParted || index < stretches.length - 1;
    return first && last ? [{ from: first.monday, until: addDays(last.monday, 6), weeks: stretch, isOver }] : [];
  });
}
