import { addDays, dateToDayNumber, type IsoDate } from './dates.ts';
import type { Closure } from './expected-days.ts';

/** Longer than a half-term's week with both its weekends. */
export const leastHolidayDays = 10;

/**
 * The last day of the term that `day` is in, or of the one that comes where `day` is in a holiday: the day before the next
 * closure that is longer than a half-term. Null where the calendar knows of none.
 *
 * @param leastDays a term that ends sooner is over already
 */
export function endOfTerm(closures: readonly Closure[], day: IsoDate, leastDays = 0): IsoDate | null {
  const ends = closures
    .filter(({ from, until }) => dateToDayNumber(until) - dateToDayNumber(from) + 1 >= leastHolidayDays)
    .map(({ from }) => addDays(from, -1))
    .filter((end) => end >= addDays(day, leastDays))
    .sort();
  return ends[0] ?? null;
}
