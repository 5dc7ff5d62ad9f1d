import { addDays, mondayOf, weekday, type IsoDate } from '#domain/calendar/dates.ts';
import { expectedDays } from '#domain/calendar/expected-days.ts';
import { academicYearStart } from '#domain/streaks/streak-input.ts';
import type { calendarKinds } from '#domain/collections/school.ts';

export interface CalendarEntry {
  readonly reason: (typeof calendarKinds)[number];
  readonly name: string;
  readonly from: IsoDate;
  readonly until: IsoDate;
}

export interface Term {
  /** First and last day with pupils. */
  readonly from: IsoDate;
  readonly until: IsoDate;
}

export interface SchoolYear {
  readonly calendar: readonly CalendarEntry[];
  readonly terms: readonly [autumn: Term, spring: Term, summer: Term];
}

/** A school's year in England as many counties set it, from 1 September to 31 August. */
export function schoolYear(autumnYear: number): SchoolYear {
  const springYear = autumnYear + 1;
  const september = date(autumnYear, 9, 1);
  const staffOnly = nextWeekday(september);
  const staffOnlyToo = nextWeekday(addDays(staffOnly, 1));

  const octoberBreak = mondayOf(date(autumnYear, 10, 28));
  const novemberInset = addDays(octoberBreak, 35);
  const autumnEnd = fridayOnOrBefore(date(autumnYear, 12, 20));
  const januaryMonday = mondayOnOrAfter(date(springYear, 1, 3));
  // 1 January on a Saturday is kept on the Monday.
  const januaryInset =
    januaryMonday === date(springYear, 1, 3) && weekday(date(springYear, 1, 1)) === 6 ? addDays(januaryMonday, 1) : januaryMonday;
  const februaryBreak = mondayOnOrAfter(date(springYear, 2, 12));
  const easter = easterHoliday(easterSunday(springYear));
  const mayDay = mondayOnOrAfter(date(springYear, 5, 1));
  const mayBreak = mondayOf(date(springYear, 5, 31));
  const summerEnd = addDays(mondayOnOrAfter(date(springYear, 7, 16)), 2);

  const entry = (reason: CalendarEntry['reason'], name: string, from: IsoDate, until: IsoDate): CalendarEntry => ({
    reason,
    name,
    from,
    until,
  });
  return {
    calendar: [
      ...(staffOnly > september ? [entry('holiday', 'Summer holiday', september, addDays(staffOnly, -1))] : []),
      entry('inset', 'INSET day', staffOnly, staffOnly),
      entry('inset', 'INSET day', staffOnlyToo, staffOnlyToo),
      entry('holiday', 'Half-term', octoberBreak, addDays(octoberBreak, 4)),
      entry('inset', 'INSET day', novemberInset, novemberInset),
      entry('holiday', 'Christmas holiday', addDays(autumnEnd, 1), addDays(januaryInset, -1)),
      entry('inset', 'INSET day', januaryInset, januaryInset),
      entry('holiday', 'Half-term', februaryBreak, addDays(februaryBreak, 4)),
      entry('holiday', 'Easter holiday', easter.from, easter.until),
      ...(mayDay > easter.until ? [entry('bank_holiday', 'Early May bank holiday', mayDay, mayDay)] : []),
      entry('holiday', 'Half-term', mayBreak, addDays(mayBreak, 4)),
      entry('holiday', 'Summer holiday', addDays(summerEnd, 1), date(springYear, 8, 31)),
    ],
    terms: [
      { from: nextWeekday(addDays(staffOnlyToo, 1)), until: autumnEnd },
      { from: addDays(januaryInset, 1), until: previousWeekday(addDays(easter.from, -1)) },
      { from: nextWeekday(addDays(easter.until, 1)), until: summerEnd },
    ],
  };
}

export interface TaughtTime {
  /** First day of the history. */
  readonly from: IsoDate;
  /** Every closure from then to well after today. */
  readonly calendar: readonly CalendarEntry[];
  readonly expectedDays: readonly IsoDate[];
  /** As a class carries it: `2026/27`. */
  readonly academicYear: string;
}

/** A term of history is at least this many school days. */
const leastDays = 48;

/** The time before `today` that a demo school has behind it: the term it is in, and the one before while that is still young. */
export function taughtTime(today: IsoDate): TaughtTime {
  const thisYear = yearOf(today);
  const allYears = [thisYear - 1, thisYear, thisYear + 1].map(schoolYear);
  const allClosures = allYears.flatMap((year) => year.calendar);
  const starts = allYears.flatMap((year) => year.terms.map((term) => term.from)).reverse();
  const from = starts.find((start) => start <= today && expectedDays(allClosures, start, today).length >= leastDays);
  if (from === undefined) throw new Error(`No term of ${String(leastDays)} days ends before ${today}`);

  const calendar: CalendarEntry[] = [];
  for (let year = yearOf(from); year <= yearOf(addDays(today, 62)); year++) calendar.push(...schoolYear(year).calendar);
  return {
    from,
    calendar,
    expectedDays: expectedDays(calendar, from, today),
    academicYear: `${String(thisYear)}/${String(thisYear + 1).slice(2)}`,
  };
}

/** The year in which the academic year of `day` began. */
function yearOf(day: IsoDate): number {
  return Number(academicYearStart(day).slice(0, 4));
}

/** Two weeks from Good Friday where Easter is early, the two weeks that end with Easter Monday where it is late. */
function easterHoliday(sunday: IsoDate): { from: IsoDate; until: IsoDate } {
  return sunday.slice(5) <= '04-10'
    ? { from: addDays(sunday, -2), until: addDays(sunday, 14) }
    : { from: addDays(sunday, -13), until: addDays(sunday, 1) };
}

/** Gregorian Easter by the anonymous algorithm (Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): IsoDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const sum = h + l - 7 * m + 114;
  return date(year, Math.floor(sum / 31), (sum % 31) + 1);
}

function date(year: number, month: number, day: number): IsoDate {
  return `${String(year)}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function nextWeekday(day: IsoDate): IsoDate {
  return weekday(day) <= 5 ? day : mondayOnOrAfter(day);
}

function previousWeekday(day: IsoDate): IsoDate {
  return weekday(day) <= 5 ? day : fridayOnOrBefore(day);
}

function mondayOnOrAfter(day: IsoDate): IsoDate {
  return mondayOf(addDays(day, 6));
}

function fridayOnOrBefore(day: IsoDate): IsoDate {
  return addDays(day, -((weekday(day) + 2) % 7));
}
