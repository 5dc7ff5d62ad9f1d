import * as v from 'valibot';
import { studentId } from '#domain/ids.ts';
import { call } from '../sync/http.ts';

const standing = v.object({ cards: v.array(v.object({ studentId, issuedAt: v.string() })) });
const issued = v.object({ cards: v.array(v.object({ studentId, secret: v.string() })) });

/** What is on each child's new card; it is told once, and kept nowhere. */
export type SecretsByChild = ReadonlyMap<string, string>;

/** Since when each child of a class who has a card has it. @throws Unreachable | NotSignedIn | Refused */
export async function fetchCards(classId: string): Promise<ReadonlyMap<string, string>> {
  const { cards } = await call(fetchHere, { path: `/api/school/cards?${new URLSearchParams({ classId }).toString()}`, answer: standing });
  return new Map(cards.map((card) => [card.studentId, card.issuedAt]));
}

/** Gives each of these children a new card; their earlier ones end. @throws Unreachable | NotSignedIn | Refused */
export async function issueCards(studentIds: readonly string[]): Promise<SecretsByChild> {
  const { cards } = await call(fetchHere, { path: '/api/school/cards', body: { studentIds }, answer: issued });
  return new Map(cards.map((card) => [card.studentId, card.secret]));
}

/** Ends the cards of these children at once. @throws Unreachable | NotSignedIn | Refused */
export async function revokeCards(studentIds: readonly string[]): Promise<void> {
  await call(fetchHere, { path: '/api/school/cards/revoke', body: { studentIds }, answer: v.unknown() });
}

function fetchHere(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init);
}
