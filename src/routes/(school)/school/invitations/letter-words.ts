import { dateInZone, type IsoDate } from '#domain/calendar/dates.ts';
import type { InvitationState } from '#domain/invitations/states.ts';
import type { Invitation } from '$lib/joining/invitations-api.ts';
import { m } from '$lib/messages/generated/messages.js';
import { dateWords } from '$lib/records/date-words.ts';
import { dayOf, type LetterFilter } from './letter-list.ts';

export const stateNames: Record<InvitationState, () => string> = {
  open: m.letters_state_open,
  used: m.letters_state_used,
  expired: m.letters_state_expired,
  revoked: m.letters_state_revoked,
};
export const filterNames: Record<LetterFilter, () => string> = {
  open: m.letters_state_open,
  used: m.letters_state_used,
  over: m.letters_show_over,
  all: m.letters_show_all,
};

export type DayOfInstant = (instant: string) => IsoDate;

/** The school's own day of a moment. */
export function daysIn(timeZone: string): DayOfInstant {
  return (instant) => dateInZone(new Date(instant), timeZone);
}

/** "until 2 Dec", "by Nia Parry, 6 Nov": what there is to say beside a letter's state. */
export function stateDetail(letter: Invitation, dayIn: DayOfInstant): string {
  const day = dateWords(dayIn(dayOf(letter)), 'short');
  if (letter.state === 'open') return m.letters_until({ day });
  return letter.state === 'used' && letter.usedByName !== null ? m.letters_by({ name: letter.usedByName, day }) : day;
}
