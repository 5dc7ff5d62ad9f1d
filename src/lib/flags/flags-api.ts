import * as v from 'valibot';
import { isoDate, isoInstant } from '#domain/calendar/dates.ts';
import { worryTopics } from '#domain/collections/child-requests.ts';
import { uuid } from '#domain/ids.ts';
import { call } from '../sync/http.ts';

const name = v.nullable(v.string());
const flag = v.object({
  id: uuid,
  raisedAt: isoInstant,
  childName: name,
  className: name,
  reporterName: name,
  isOwn: v.boolean(),
  isToHandle: v.boolean(),
  isFromChild: v.boolean(),
  worry: v.nullable(v.picklist(worryTopics)),
  words: v.nullable(v.string()),
  piece: v.nullable(
    v.object({
      movedTo: v.nullable(v.object({ childName: name })),
      clubName: name,
      taskTitle: name,
      doneOn: isoDate,
      writtenWork: v.nullable(v.string()),
      files: v.number(),
    }),
  ),
  handled: v.nullable(v.object({ at: isoInstant, byName: name, outcome: v.nullable(v.string()) })),
  isDamaged: v.boolean(),
});
export type Flag = v.InferOutput<typeof flag>;
export type FlagState = 'open' | 'handled';

const flagsAnswer = v.object({ flags: v.array(flag), total: v.number() });
const openAnswer = v.object({ open: v.number() });

/*
 * Security: what comes back is shown and kept nowhere, in no store of this device and no cache. `userId`: for whom it is asked;
 * the server refuses where the session is another's.
 */

/** Concerns that the person raised or handles, the newest first. @throws Unreachable | NotSignedIn | Refused */
export function fetchFlags(userId: string, state: FlagState, skip: number): Promise<v.InferOutput<typeof flagsAnswer>> {
  const query = new URLSearchParams({ state, skip: String(skip) });
  return call(fetchHere, { path: `/api/school/flags?${query.toString()}`, userId, answer: flagsAnswer });
}

/** How many wait for the person to handle them. @throws Unreachable | NotSignedIn | Refused */
export async function fetchOpenFlags(userId: string): Promise<number> {
  return (await call(fetchHere, { path: '/api/school/flags/open', userId, answer: openAnswer })).open;
}

/** Closes a concern with what was done. @throws Unreachable | NotSignedIn | Refused */
export async function postHandled(userId: string, id: string, outcome: string): Promise<void> {
  await call(fetchHere, { path: `/api/school/flags/${id}/handle`, userId, body: { outcome }, answer: v.unknown() });
}

function fetchHere(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init);
}
