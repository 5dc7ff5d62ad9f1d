import * as v from 'valibot';
import type { leaderboards } from '#domain/collections/school.ts';
import { call } from '../sync/http.ts';

const send = (userId: string, path: string, body: object) =>
  call((url, init) => fetch(url, init), { path, body, answer: v.unknown(), userId });

/** A child says whether the own name may stand on boards. @throws Unreachable | NotSignedIn | Refused */
export async function postShown(userId: string, isShown: boolean): Promise<void> {
  await send(userId, '/api/school/boards/shown', { isShown });
}

export interface SchoolSettings {
  readonly leaderboard: (typeof leaderboards)[number];
  readonly hasBuddyGroups: boolean;
  /** As `#2f6f4f`. */
  readonly colour: string;
}

/** Changes what is given of the school's settings, and nothing else. @throws Unreachable | NotSignedIn | Refused */
export async function postSettings(userId: string, settings: Partial<SchoolSettings>): Promise<void> {
  await send(userId, '/api/school/settings', settings);
}
