import { addDays, dateToDayNumber, dayNumberToDate, weekday, type IsoDate } from './dates.ts';

/** A stretch of days on which the school expects no homework, both ends included. */
export interface Closure {
  readonly from: IsoDate;
  readonly until: IsoDate;
}

/**
 * The days on which homework is expected: Monday to Friday from `from` to `until` (both included), less every
 * holiday, INSET day, bank holiday and closure of the school's calendar. Ascending.
 */
export function expectedDays(closures: readonly Closure[], from: IsoDate, until: IsoDate): IsoDate[] {
  const closed = new Set<IsoDate>();
  for (const closure of closures) {
    const last = closure.until < until ? closure.until : until;
    for (let day = closure.from < from ? from : closure.from; day <= last; day = addDays(day, 1)) closed.add(day);
  }
  const days: IsoDate[] = [];
  for (let day = dateToDayNumber(from); day <= dateToDayNumber(until); day++) {
    const date = dayNumberToDate(day);
    if (weekday(date) <= 5 && !closed.has(date)) days.push(date);
  }
  return days;
}
