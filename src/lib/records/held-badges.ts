import { badges, type BadgeId } from '#domain/badges/badges.ts';
import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import type { Recognition } from '#domain/experience/recognition.ts';
import type { GivenBadge, TeacherBadge } from './given-badges.ts';

/** A badge that a child has. */
export interface HeldBadge {
  /** A rule's badge by its name in the code, one of a teacher's hand by the id of the badge. */
  readonly id: string;
  readonly on: IsoDate;
  readonly source: { readonly kind: 'rule'; readonly badge: BadgeId } | { readonly kind: 'hand'; readonly badge: TeacherBadge };
  /** Null where a rule gave it. */
  readonly teacherId: string | null;
  /** Given on this device, and not sent yet. */
  readonly isWaiting: boolean;
}

/** The badges that a child has, newest first; of one day, what a teacher gave stands first. */
export function heldBadges(held: Recognition['badges'], given: readonly GivenBadge[]): HeldBadge[] {
  const byRules = badges.flatMap(({ id }): HeldBadge[] => {
    const on = held[id];
    return on === undefined ? [] : [{ id, on, source: { kind: 'rule', badge: id }, teacherId: null, isWaiting: false }];
  });
  const byHand = given.map(({ badge, ...gift }): HeldBadge => ({ ...gift, id: badge.id, source: { kind: 'hand', badge } }));
  return [...byRules, ...byHand].reverse().sort((one, other) => other.on.localeCompare(one.on));
}

/** How long a badge is new, in days. */
const newForDays = 7;

export function isNewBadge({ on }: HeldBadge, today: IsoDate): boolean {
  return on > addDays(today, -newForDays);
}
