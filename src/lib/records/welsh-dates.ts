import type { IsoDate } from '#domain/calendar/dates.ts';

export type DateStyle = 'weekday' | 'long' | 'short' | 'month' | 'initial';

// Our own words, not the browser's: Chromium, and every browser built on it, has no Welsh dates and would write English ones.
const weekdays = ['Dydd Sul', 'Dydd Llun', 'Dydd Mawrth', 'Dydd Mercher', 'Dydd Iau', 'Dydd Gwener', 'Dydd Sadwrn'];
const initials = ['S', 'Ll', 'M', 'M', 'I', 'G', 'S'];
const months = [
  ['Ionawr', 'Ion'],
  ['Chwefror', 'Chwef'],
  ['Mawrth', 'Maw'],
  ['Ebrill', 'Ebr'],
  ['Mai', 'Mai'],
  ['Mehefin', 'Meh'],
  ['Gorffennaf', 'Gorff'],
  ['Awst', 'Awst'],
  ['Medi', 'Medi'],
  ['Hydref', 'Hyd'],
  ['Tachwedd', 'Tach'],
  ['Rhagfyr', 'Rhag'],
] as const;

/** A calendar day in Welsh: "Dydd Llun 23 Tachwedd". Words and short forms as in the Unicode CLDR. */
export function welshDateWords(date: IsoDate, style: DateStyle): string {
  const day = new Date(`${date}T00:00:00Z`);
  const weekday = weekdays[day.getUTCDay()] ?? '';
  const [month, short] = months[day.getUTCMonth()] ?? ['', ''];
  const words: Record<DateStyle, string> = {
    weekday,
    long: `${weekday} ${String(day.getUTCDate())} ${month}`,
    short: `${String(day.getUTCDate())} ${short}`,
    month,
    initial: initials[day.getUTCDay()] ?? '',
  };
  return words[style];
}
