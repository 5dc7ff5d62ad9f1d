import { dateInZone, type IsoDate, type IsoInstant } from '#domain/calendar/dates.ts';

/** Both demo schools are in England. */
export const timeZone = 'Europe/London';
const millisecondsPerHour = 3_600_000;

const offsets = new Map<IsoDate, number>();

/** Milliseconds since 1970 of a time of day at the school: minutes since midnight. */
export function schoolTime(day: IsoDate, minutes: number): number {
  return Date.parse(`${day}T00:00:00Z`) + minutes * 60_000 - offsetOn(day);
}

export function toInstant(milliseconds: number): IsoInstant {
  return new Date(milliseconds).toISOString();
}

/** How far the school's clock is ahead of UTC at midday: homework is never done in the small hours of a clock change. */
function offsetOn(day: IsoDate): number {
  const known = offsets.get(day);
  if (known !== undefined) return known;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // In London, midnight UTC is one in the morning of summer time; eleven at night UTC is the next day's midnight then.
  const isSummer =
    dateInZone(new Date(midnight + 12 * millisecondsPerHour), timeZone) === day &&
    dateInZone(new Date(midnight + 23.5 * millisecondsPerHour), timeZone) !== day;
  const offset = isSummer ? millisecondsPerHour : 0;
  offsets.set(day, offset);
  return offset;
}
