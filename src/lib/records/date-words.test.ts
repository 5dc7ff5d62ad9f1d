import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDays } from '#domain/calendar/dates.ts';
import { getLocale, overwriteGetLocale } from '$lib/messages/generated/runtime.js';
import { dateWords, dayWordsInSentence, timeWords } from './date-words.ts';
import type { DateStyle } from './welsh-dates.ts';

const today = '2026-11-24';
const usual = getLocale;
afterEach(() => overwriteGetLocale(usual));

describe('days in English', () => {
  it('writes a day as British English does', () => {
    expect(dateWords('2026-11-23')).toBe('Monday 23 November');
    expect(dateWords('2026-11-23', 'short')).toBe('23 Nov');
  });

  it('keeps the capital of a name within a sentence, and only of a name', () => {
    expect(dayWordsInSentence('2026-11-26', today)).toBe('Thursday');
    expect(dayWordsInSentence('2026-11-23', today)).toBe(dayWordsInSentence('2026-11-23', today).toLowerCase());
  });
});

describe('days in Welsh', () => {
  beforeEach(() => overwriteGetLocale(() => 'cy'));

  // Node knows Welsh dates, Chromium does not: the words of our own are held against the standard's here.
  const styles: Record<Exclude<DateStyle, 'initial'>, Intl.DateTimeFormatOptions> = {
    weekday: { weekday: 'long' },
    long: { weekday: 'long', day: 'numeric', month: 'long' },
    short: { day: 'numeric', month: 'short' },
    month: { month: 'long' },
  };
  it.each(['weekday', 'long', 'short', 'month'] as const)('writes every day of a leap year as the CLDR does: %s', (style) => {
    expect(Intl.DateTimeFormat.supportedLocalesOf('cy')).toEqual(['cy']);
    const standard = new Intl.DateTimeFormat('cy', { ...styles[style], timeZone: 'UTC' });
    for (let date = '2028-01-01'; date < '2029-01-01'; date = addDays(date, 1)) {
      expect(dateWords(date, style)).toBe(standard.format(new Date(`${date}T00:00:00Z`)).replaceAll(',', ''));
    }
  });

  it('gives each column of a week its initial', () => {
    const monday = '2026-11-23';
    expect([0, 1, 2, 3, 4, 5, 6].map((days) => dateWords(addDays(monday, days), 'initial'))).toEqual(['Ll', 'M', 'M', 'I', 'G', 'S', 'S']);
  });

  it('leaves the capital of the day itself within a sentence, and not of "dydd"', () => {
    expect(dayWordsInSentence('2026-11-26', today)).toBe('dydd Iau');
    expect(dayWordsInSentence('2026-12-24', today)).toBe('24 Rhag');
  });

  it('writes the time of day as in English', () => {
    expect(timeWords('2026-11-24T16:48:00.000Z')).toMatch(/^\d\d:48$/);
  });
});
