import * as v from 'valibot';
import { isoInstant } from '#domain/calendar/dates.ts';
import { studentId, uuid } from '#domain/ids.ts';
import { invitationStates } from '#domain/invitations/states.ts';
import { call } from '../sync/http.ts';

const invitation = v.object({
  id: uuid,
  studentId: uuid,
  childName: v.nullable(v.string()),
  className: v.nullable(v.string()),
  state: v.picklist(invitationStates),
  issuedAt: isoInstant,
  expiresAt: isoInstant,
  usedAt: v.nullable(isoInstant),
  usedByName: v.nullable(v.string()),
  revokedAt: v.nullable(isoInstant),
  hasParentalResponsibility: v.boolean(),
  isPrimaryContact: v.boolean(),
});
/** A letter that was made, without its code. A name is null where nobody can know it any more. */
export type Invitation = v.InferOutput<typeof invitation>;
const invitationsAnswer = v.object({ invitations: v.array(invitation), total: v.number() });
export type Invitations = v.InferOutput<typeof invitationsAnswer>;

const issued = v.object({ id: uuid, studentId, firstName: v.string(), code: v.string(), expiresAt: isoInstant });
/** What is to be printed; its code is told once, and kept nowhere. */
export type IssuedLetter = v.InferOutput<typeof issued>;
const lettersAnswer = v.object({ letters: v.array(issued) });

const guardian = v.object({
  guardianshipId: uuid,
  name: v.nullable(v.string()),
  relationship: v.string(),
  hasParentalResponsibility: v.boolean(),
  isPrimaryContact: v.boolean(),
});
export type Guardian = v.InferOutput<typeof guardian>;
const family = v.object({ studentId: uuid, name: v.string(), avatar: v.string(), openLetters: v.number(), guardians: v.array(guardian) });
/** A child with the adults who belong to it. */
export type Family = v.InferOutput<typeof family>;
const childrenAnswer = v.object({ children: v.array(family) });

export interface LetterTerms {
  /** For each child. */
  readonly copies: number;
  readonly hasParentalResponsibility: boolean;
  readonly isPrimaryContact: boolean;
}

/*
 * Security: what comes back is shown and kept nowhere, in no store of this device and no cache. `userId`: for whom it is asked;
 * the server refuses where the session is another's.
 */

/** The school's letters, the newest first. @throws Unreachable | NotSignedIn | Refused */
export function fetchInvitations(userId: string): Promise<Invitations> {
  return call(fetchHere, { path: '/api/school/invitations', userId, answer: invitationsAnswer });
}

/** The children of a class, by name. @throws Unreachable | NotSignedIn | Refused */
export async function fetchFamilies(userId: string, classId: string): Promise<readonly Family[]> {
  const path = `/api/school/invitations/children?${new URLSearchParams({ classId }).toString()}`;
  return (await call(fetchHere, { path, userId, answer: childrenAnswer })).children;
}

/** Makes letters, each with a code of its own. @throws Unreachable | NotSignedIn | Refused */
export async function issueLetters(userId: string, studentIds: readonly string[], terms: LetterTerms): Promise<readonly IssuedLetter[]> {
  return (await call(fetchHere, { path: '/api/school/invitations', userId, body: { studentIds, ...terms }, answer: lettersAnswer }))
    .letters;
}

/** Ends letters that nobody has used. @throws Unreachable | NotSignedIn | Refused */
export async function endLetters(userId: string, ids: readonly string[]): Promise<void> {
  await call(fetchHere, { path: '/api/school/invitations/revoke', userId, body: { ids }, answer: v.unknown() });
}

/** Ends an adult's link with a child. @throws Unreachable | NotSignedIn | Refused */
export async function endGuardianship(userId: string, guardianshipId: string): Promise<void> {
  await call(fetchHere, { path: `/api/school/guardianships/${guardianshipId}/end`, userId, body: {}, answer: v.unknown() });
}

function fetchHere(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init);
}
