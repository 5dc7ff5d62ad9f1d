import * as v from 'valibot';
import { isoDate } from '#domain/calendar/dates.ts';
import { call } from '../sync/http.ts';

const answer = v.object({ classes: v.array(v.object({ classId: v.nullable(v.string()), wishes: v.number(), oldestOn: isoDate })) });
/** What waits for a teacher in one class; `classId` null for children who are in none now. */
export type DeleteWishes = v.InferOutput<typeof answer>['classes'][number];

/** Wishes to delete something that no teacher has answered, those that wait longest first. @throws Unreachable | NotSignedIn | Refused */
export async function fetchDeleteWishes(userId: string): Promise<readonly DeleteWishes[]> {
  return (await call((url, init) => fetch(url, init), { path: '/api/school/delete-wishes', answer, userId })).classes;
}
