import * as v from 'valibot';

/** A calendar day as `YYYY-MM-DD`, with no time and no zone: dates compare as strings. */
export const isoDate = v.pipe(
  v.string(),
  v.isoDate('A date must look like 2026-11-24.'),
  v.check((text) => isRealDate(text), 'That day does not exist.'),
);
export type IsoDate = string;

/** An instant as ISO 8601 in UTC: `2026-11-24T08:30:00.000Z`. */
export const isoInstant = v.pipe(v.string(), v.isoTimestamp('A time must be ISO 8601.'));
export type IsoInstant = string;

const millisecondsPerDay = 86_400_000;

function isRealDate(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** Days since 1970-01-01; arithmetic on days never meets a clock change this way. */
export function dateToDayNumber(date: IsoDate): number {
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / millisecondsPerDay;
}

/** A school's days come again and again, and to spell one is what a streak's arithmetic would mostly do. */
const spelled = new Map<number, IsoDate>();
const mostSpelled = 10_000;

export function dayNumberToDate(day: number): IsoDate {
  const known = spelled.get(day);
  if (known !== undefined) return known;
  const date = new Date(day * millisecondsPerDay).toISOString().slice(0, 10);
  if (spelled.size >= mostSpelled) spelled.clear();
  spelled.set(day, date);
  return date;
}

export function addDays(date: IsoDate, days: number): IsoDate {
  return dayNumberToDate(dateToDayNumber(date) + days);
}

/** 1 = Monday … 7 = Sunday (ISO 8601). */
export function weekday(date: IsoDate): number {
  return ((dateToDayNumber(date) + 3) % 7) + 1;
}

/** The Monday of the week that holds `date`; weeks run Monday to Sunday. */
export function mondayOf(date: IsoDate): IsoDate {
  return addDays(date, 1 - weekday(date));
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The calendar day that it is at `instant` in the school's time zone. */
export function dateInZone(instant: Date, timeZone: string): IsoDate {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formatters.set(timeZone, formatter);
  }
  return formatter.format(instant);
}
