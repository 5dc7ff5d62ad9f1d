import * as v from 'valibot';
import type { badgePictures } from '#domain/badges/pictures.ts';
import { uuid } from '#domain/ids.ts';
import { call } from '../sync/http.ts';

const badge = v.object({
  id: uuid,
  /** A built-in badge's; null for the school's own. */
  code: v.nullable(v.string()),
  name: v.string(),
  sentence: v.string(),
  picture: v.string(),
  isActive: v.boolean(),
  /** How many children have it. */
  children: v.number(),
});
const answer = v.object({ badges: v.array(badge) });
export type ManagedBadge = v.InferOutput<typeof badge>;

/** What a badge of the school's own is. */
export interface BadgeContent {
  readonly name: string;
  readonly sentence: string;
  readonly picture: (typeof badgePictures)[number];
}

const fetchHere = (url: string, init: RequestInit) => fetch(url, init);

/** The badges that teachers give, by name. @throws Unreachable | NotSignedIn | Refused */
export async function fetchBadges(userId: string): Promise<readonly ManagedBadge[]> {
  return (await call(fetchHere, { path: '/api/school/badges', answer, userId })).badges;
}

/** Makes a badge, or changes the one with this id. @throws Unreachable | NotSignedIn | Refused `badge_name_taken` */
export async function postBadge(userId: string, id: string | null, body: BadgeContent): Promise<void> {
  const path = id === null ? '/api/school/badges' : `/api/school/badges/${id}`;
  await call(fetchHere, { path, body, answer: v.unknown(), userId });
}

/** Takes a badge out of use, or back into use. @throws Unreachable | NotSignedIn | Refused */
export async function postBadgeInUse(userId: string, id: string, isActive: boolean): Promise<void> {
  await call(fetchHere, { path: `/api/school/badges/${id}/use`, body: { isActive }, answer: v.unknown(), userId });
}
