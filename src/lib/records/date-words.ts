import { addDays, type IsoDate, type IsoInstant } from '#domain/calendar/dates.ts';
import { m } from '$lib/messages/generated/messages.js';
import { getLocale } from '$lib/messages/generated/runtime.js';
import { british } from '$lib/messages/locale.ts';
import { welshDateWords, type DateStyle } from './welsh-dates.ts';

const options: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  weekday: { weekday: 'long' },
  long: { weekday: 'long', day: 'numeric', month: 'long' },
  short: { day: 'numeric', month: 'short' },
  month: { month: 'long' },
  initial: { weekday: 'narrow' },
};

const formatters = new Map<string, Intl.DateTimeFormat>();

/** A calendar day in words: "Monday 23 November". */
export function dateWords(date: IsoDate, style: DateStyle = 'long'): string {
  if (getLocale() === 'cy') return welshDateWords(date, style);
  return format(new Date(`${date}T00:00:00Z`), style, { ...options[style], timeZone: 'UTC' }).replaceAll(',', '');
}

/** "Today", "Yesterday", the weekday within a week, else the day and month. */
export function dayWords(date: IsoDate, today: IsoDate): string {
  if (date === today) return m.day_today();
  if (date === addDays(today, -1)) return m.day_yesterday();
  if (date === addDays(today, 1)) return m.day_tomorrow();
  return date > addDays(today, -7) && date < addDays(today, 7) ? dateWords(date, 'weekday') : dateWords(date, 'short');
}

/** The same where a sentence goes on: "Science, today". Names of days keep their capital, but for the "dydd" before the Welsh ones. */
export function dayWordsInSentence(date: IsoDate, today: IsoDate): string {
  const words = dayWords(date, today);
  const isName = date < addDays(today, -1) || date > addDays(today, 1);
  if (isName && getLocale() !== 'cy') return words;
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** A moment in words, by the person's own clock: "Today, 16:48". */
export function momentWords(instant: IsoInstant): string {
  return m.moment({ day: dayWords(dateHere(new Date(instant)), dateHere(new Date())), time: timeWords(instant) });
}

/** The date by the person's own clock. To ask the browser for the name of their zone takes it a hundred times as long. */
function dateHere(instant: Date): IsoDate {
  return new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** The time of day on the person's own clock: "16:48". */
export function timeWords(instant: IsoInstant): string {
  return format(new Date(instant), 'time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

function format(date: Date, key: string, chosen: Intl.DateTimeFormatOptions): string {
  const locale = getLocale();
  const name = `${locale} ${key}`;
  let formatter = formatters.get(name);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat([locale, british], chosen);
    formatters.set(name, formatter);
  }
  return formatter.format(date);
}
