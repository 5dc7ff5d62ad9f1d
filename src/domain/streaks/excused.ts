import { addDays, mondayOf, type IsoDate } from '../calendar/dates.ts';
import type { ExcusedDay } from '../collections/excused-days.ts';

/** How many days back, and ahead, a day can be excused or taken back. */
export const excusableDays = 28;

/** Whether a day can be excused today; the server counts from the device's last contact, which is no stricter. */
export function canExcuse(day: IsoDate, today: IsoDate): boolean {
  return day >= addDays(today, -excusableDays) && day <= addDays(today, excusableDays);
}

/** The rows that excuse a day and that no other row takes back, in whatever order they came. */
export function standingExcuses(rows: readonly ExcusedDay[]): ExcusedDay[] {
  const withdrawn = new Set(rows.map(({ withdraws }) => withdraws));
  return rows.filter(({ id, state }) => state === 'excused' && !withdrawn.has(id));
}

/** Mondays of next week, this one, and those that can still be excused, the newest first. */
export function excusableMondays(today: IsoDate): IsoDate[] {
  const first = mondayOf(addDays(today, -excusableDays));
  const mondays: IsoDate[] = [];
  for (let monday = addDays(mondayOf(today), 7); monday >= first; monday = addDays(monday, -7)) mondays.push(monday);
  return mondays;
}
