import { academicYearStart } from '../streaks/streak-input.ts';
import { addDays, dateToDayNumber, mondayOf, type IsoDate } from './dates.ts';
import { expectedDays, type Closure } from './expected-days.ts';
import { leastHolidayDays } from './terms.ts';

export const spanKinds = ['half_term', 'term', 'year'] as const;
export type SpanKind = (typeof spanKinds)[number];

/** A stretch of school time that people look back on. */
export interface Span {
  /** The Monday of its first week with a school day. */
  readonly from: IsoDate;
  /** The Sunday of its last one so far. */
  readonly until: IsoDate;
  /** Of every week from the first to the last, those without a school day too. */
  readonly mondays: readonly IsoDate[];
}

interface SchoolWeek {
  readonly monday: IsoDate;
  /** The first day of the week on which homework is expected. */
  readonly first: IsoDate;
}

/**
 * The half-terms, terms or academic years from the week of `from` to this week, oldest first. A week without a school day parts
 * half-terms, a holiday that is longer than a half-term's parts terms, 1 September parts years.
 */
export function spansOf(kind: SpanKind, closures: readonly Closure[], from: IsoDate, today: IsoDate): Span[] {
  const stretches: SchoolWeek[][] = [];
  let previous: SchoolWeek | null = null;
  for (const week of schoolWeeks(closures, from, today)) {
    if (previous === null || isParted[kind](previous, week, closures)) stretches.push([]);
    stretches.at(-1)?.push(week);
    previous = week;
  }
  return stretches.flatMap((weeks) => {
    const [first, last] = [weeks[0], weeks.at(-1)];
    return first && last
      ? [{ from: first.monday, until: addDays(last.monday, 6), mondays: mondaysBetween(first.monday, last.monday) }]
      : [];
  });
}

const isParted: Record<SpanKind, (one: SchoolWeek, next: SchoolWeek, closures: readonly Closure[]) => boolean> = {
  half_term: (one, next, closures) => next.monday > addDays(one.monday, 7) || isParted.term(one, next, closures),
  term: (one, next, closures) =>
    isParted.year(one, next, closures) ||
    closures.some(
      (closure) =>
        closure.from > one.first &&
        closure.from < next.first &&
        dateToDayNumber(closure.until) - dateToDayNumber(closure.from) + 1 >= leastHolidayDays,
    ),
  year: (one, next) => academicYearStart(one.first) !== academicYearStart(next.first),
};

function schoolWeeks(closures: readonly Closure[], from: IsoDate, today: IsoDate): SchoolWeek[] {
  const days = expectedDays(closures, from, addDays(mondayOf(today), 6));
  const firstByMonday = new Map<IsoDate, IsoDate>();
  for (const day of days) if (!firstByMonday.has(mondayOf(day))) firstByMonday.set(mondayOf(day), day);
  return Array.from(firstByMonday, ([monday, first]) => ({ monday, first }));
}

function mondaysBetween(first: IsoDate, last: IsoDate): IsoDate[] {
  const mondays: IsoDate[] = [];
  for (let monday = first; monday <= last; monday = addDays(monday, 7)) mondays.push(monday);
  return mondays;
}
