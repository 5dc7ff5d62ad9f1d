import type { IsoDate } from '#domain/calendar/dates.ts';
import type { SeenFinds } from '$lib/data/seen-finds.ts';
import { isNewBadge, type HeldBadge } from '$lib/records/held-badges.ts';

export interface NewFinds {
  readonly badges: readonly HeldBadge[];
  /** The level that was reached since; null where there is none. */
  readonly level: number | null;
}

/** What has come since the child last looked. Where they never looked on this device, the badges of the last week, and no level. */
export function newFinds(seen: SeenFinds | null, found: readonly HeldBadge[], level: number, today: IsoDate): NewFinds {
  if (seen === null) return { badges: found.filter((badge) => isNewBadge(badge, today)), level: null };
  return { badges: found.filter(({ id }) => !seen.badges.includes(id)), level: level > seen.level ? level : null };
}
