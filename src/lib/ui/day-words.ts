import type { DayReason } from '#domain/streaks/explain.ts';
import { m } from '$lib/messages/generated/messages.js';

const words = {
  done: m.day_kind_done,
  extra: m.day_kind_done,
  excused: m.day_kind_excused,
  holiday: m.day_kind_holiday,
  weekend: m.day_kind_weekend,
  day_off: m.day_kind_day_off,
  rest: m.day_kind_rest,
  to_come: m.day_kind_to_come,
  before: m.day_kind_before,
} as const;

/** A day of the calendar in two or three words, for who hears it instead of seeing its leaf. */
export function dayKindWords(day: Pick<DayReason, 'kind' | 'status'>): string {
  return words[day.kind] === m.day_kind_done && day.status === 'submitted' ? m.day_kind_waiting() : words[day.kind]();
}
