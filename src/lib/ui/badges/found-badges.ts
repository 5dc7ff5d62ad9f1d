import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { badges } from '#domain/badges/badges.ts';
import type { Recognition } from '#domain/experience/recognition.ts';
import type { GivenBadge } from '$lib/records/given-badges.ts';
import { badgeLooks } from './badge-looks.ts';
import { teacherBadgeWords, type TeacherBadgeWords } from './teacher-badge-words.ts';

/** A badge that a child has, as screens show it. */
export interface FoundBadge extends TeacherBadgeWords {
  /** A rule's badge by its name in the code, one of a teacher's hand by the id of the badge. */
  readonly id: string;
  readonly on: IsoDate;
  /** Null where a rule gave it. */
  readonly teacherId: string | null;
  /** Given on this device, and not sent yet. */
  readonly isWaiting: boolean;
}

/** The badges that a child has, newest first; of one day, what a teacher gave stands first. */
export function foundBadges(held: Recognition['badges'], given: readonly GivenBadge[]): FoundBadge[] {
  const byRules = badges.flatMap(({ id }): FoundBadge[] => {
    const on = held[id];
    const { art, name, done } = badgeLooks[id];
    return on === undefined
      ? []
      : [{ id, on, name: name(), words: done(), picture: { art, motif: null }, teacherId: null, isWaiting: false }];
  });
  const byHand = given.map(({ badge, on, teacherId, isWaiting }) => ({
    ...teacherBadgeWords(badge),
    id: badge.id,
    on,
    teacherId,
    isWaiting,
  }));
  return [...byRules, ...byHand].reverse().sort((one, other) => other.on.localeCompare(one.on));
}

/** How long a badge is new, in days. */
const newForDays = 7;

export function isNewBadge({ on }: FoundBadge, today: IsoDate): boolean {
  return on > addDays(today, -newForDays);
}
