import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { m } from '$lib/messages/generated/messages.js';
import { dateWords } from '$lib/records/date-words.ts';

/** "Done today, Monday", "Done yesterday, Sunday", "Done on Thursday 19 November". */
export function doneOnWords(day: IsoDate, today: IsoDate): string {
  if (day === today) return m.child_log_done_today({ weekday: dateWords(day, 'weekday') });
  if (day === addDays(today, -1)) return m.child_log_done_yesterday({ weekday: dateWords(day, 'weekday') });
  return m.child_log_done_on({ day: dateWords(day, 'long') });
}
