import * as v from 'valibot';
import { expect, test } from 'vitest';
import { addDays, dateInZone, isoDate, mondayOf, weekday } from './dates.ts';

test('weeks begin on Monday', () => {
  expect(weekday('2026-11-23')).toBe(1);
  expect(weekday('2026-11-29')).toBe(7);
  expect(mondayOf('2026-11-29')).toBe('2026-11-23');
  expect(mondayOf('2026-11-23')).toBe('2026-11-23');
});

test('days add up across a clock change and a leap day', () => {
  expect(addDays('2026-10-24', 2)).toBe('2026-10-26');
  expect(addDays('2028-02-28', 2)).toBe('2028-03-01');
});

test('the day is the school’s day, in summer and in winter', () => {
  expect(dateInZone(new Date('2026-07-01T23:30:00Z'), 'Europe/London')).toBe('2026-07-02');
  expect(dateInZone(new Date('2026-12-01T23:30:00Z'), 'Europe/London')).toBe('2026-12-01');
  expect(dateInZone(new Date('2026-10-25T00:59:59Z'), 'Europe/London')).toBe('2026-10-25');
});

test('a day that does not exist is refused', () => {
  expect(v.is(isoDate, '2026-02-29')).toBe(false);
  expect(v.is(isoDate, '2026-02-28')).toBe(true);
  expect(v.is(isoDate, '28/02/2026')).toBe(false);
});
