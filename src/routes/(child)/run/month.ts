import { addDays, mondayOf, type IsoDate } from '#domain/calendar/dates.ts';

/** A calendar month as `YYYY-MM`. */
export type Month = string;

export function monthOf(date: IsoDate): Month {
  return date.slice(0, 7);
}

/** The month `count` months later, or earlier where it is negative. */
export function addMonths(month: Month, count: number): Month {
  const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
}

/** Mondays of the weeks with a day in `month` up to the week of `today`, the newest first. */
export function mondaysOf(month: Month, today: IsoDate): IsoDate[] {
  const mondays: IsoDate[] = [];
  for (let monday = mondayOf(`${month}-01`); monthOf(monday) <= month && monday <= today; monday = addDays(monday, 7))
    mondays.unshift(monday);
  return mondays;
}
