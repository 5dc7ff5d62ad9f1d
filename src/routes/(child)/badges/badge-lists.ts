import type { IsoDate } from '#domain/calendar/dates.ts';
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

/** What may be found next, nearest first. Of badges that follow one another, as the runs do, only the next. */
export function badgesToFind(toCome: Recognition['toCome']): Recognition['toCome'] {
  const byFamily = Map.groupBy(toCome, ({ id }) => id.replace(/_\d+$/, ''));
  const next = [...byFamily.values()].flatMap((family) => family.slice(0, 1));
  return next.sort((one, other) => other.have / other.need - one.have / one.need);
}
