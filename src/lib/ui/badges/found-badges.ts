import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { badges, type BadgeId } from '#domain/badges/badges.ts';
import type { Recognition } from '#domain/experience/recognition.ts';

export interface FoundBadge {
  readonly id: BadgeId;
  readonly on: IsoDate;
}

/** The badges that a child has, newest first. */
export function foundBadges(held: Recognition['badges']): FoundBadge[] {
  return badges
    .flatMap(({ id }) => {
      const on = held[id];
      return on === undefined ? [] : [{ id, on }];
    })
    .reverse()
    .sort((one, other) => other.on.localeCompare(one.on));
}

/** How long a badge is new, in days. */
const newForDays = 7;

export function isNewBadge({ on }: FoundBadge, today: IsoDate): boolean {
  return on > addDays(today, -newForDays);
}
