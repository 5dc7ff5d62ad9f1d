import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { addDays, weekday } from '#domain/calendar/dates.ts';
import { expectedDays } from '#domain/calendar/expected-days.ts';
import { schoolYear, taughtTime } from './school-year.ts';

const vectors = v.parse(
  v.object({ expectedDays: v.array(v.string()) }),
  JSON.parse(await readFile(new URL('../../tests/vectors/streaks.json', import.meta.url), 'utf8')),
);

test('2026/27 has the school days of the worked streak cases', () => {
  expect(expectedDays(schoolYear(2026).calendar, '2026-09-01', '2027-08-31')).toEqual(vectors.expectedDays);
});

test('every year has about 190 school days in three terms', () => {
  for (let year = 2024; year <= 2040; year++) {
    const { calendar, terms } = schoolYear(year);
    const days = expectedDays(calendar, `${String(year)}-09-01`, `${String(year + 1)}-08-31`);
    expect(days.length, String(year)).toBeGreaterThanOrEqual(182);
    expect(days.length, String(year)).toBeLessThanOrEqual(196);
    for (const { from, until } of terms) {
      expect(days, `${String(year)} ${from}`).toContain(from);
      expect(days, `${String(year)} ${until}`).toContain(until);
    }
    for (const { from, until } of calendar) expect(until >= from, `${String(year)} ${from}`).toBe(true);
  }
});

test('on any day there is a term of history behind, and a calendar for two months ahead', () => {
  for (let today = '2026-08-01'; today < '2028-10-01'; today = addDays(today, 5)) {
    const time = taughtTime(today);
    expect(time.expectedDays.length, today).toBeGreaterThanOrEqual(48);
    expect(time.from < today).toBe(true);
    const ahead = expectedDays(time.calendar, today, addDays(today, 62));
    expect(
      ahead.every((day) => weekday(day) <= 5 && !day.startsWith(`${today.slice(0, 4)}-08`)),
      today,
    ).toBe(true);
  }
});

test('a term that is old enough is the history; a young one has the term before it too', () => {
  expect(taughtTime('2026-11-24').from).toBe('2026-09-03');
  expect(taughtTime('2027-01-06').from).toBe('2026-09-03');
  expect(taughtTime('2027-08-10').from).toBe('2027-04-12');
  expect(taughtTime('2027-09-10')).toMatchObject({ from: '2027-04-12', academicYear: '2027/28' });
});
