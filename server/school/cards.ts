import type { Transaction } from '../database/connections.ts';
import { cardHash, newCardSecret } from '../auth/card-hash.ts';
import { Problem } from '../http/problem.ts';

export interface NewCard {
  readonly studentId: string;
  /** What is on the card. It is told once, and kept nowhere. */
  readonly secret: string;
}

export interface CardStanding {
  readonly studentId: string;
  readonly issuedAt: string;
}

/**
 * Gives each of these children a new card; the earlier one ends, and whatever it had opened.
 *
 * @throws Problem `not_found` where one of them is out of reach; then nobody gets a card
 */
export async function issueCards(sql: Transaction, studentIds: readonly string[]): Promise<NewCard[]> {
  const cards = [...new Set(studentIds)].map((studentId) => ({ studentId, secret: newCardSecret() }));
  const hashes = cards.map(({ secret }) => cardHash(secret).toString('hex'));
  const given = await sql`select from app.issue_cards(${cards.map(({ studentId }) => studentId)}::uuid[], ${hashes}::text[])`;
  if (given.length < cards.length) throw new Problem('not_found');
  return cards;
}

/**
 * Ends the cards of these children at once, and whatever they had opened.
 *
 * @throws Problem `not_found` where one of them is out of reach; then no card ends
 */
export async function revokeCards(sql: Transaction, studentIds: readonly string[]): Promise<void> {
  const asked = [...new Set(studentIds)];
  const reached = await sql`select from app.revoke_cards(${asked}::uuid[])`;
  if (reached.length < asked.length) throw new Problem('not_found');
}

/**
 * Which children of a class have a card, and since when.
 *
 * @throws Problem `not_found` where the class is out of reach, or no card is this person's business
 */
export async function cardsOfClass(sql: Transaction, classId: string): Promise<CardStanding[]> {
  const [[reach], cards] = await Promise.all([
    sql<{ is_reached: boolean | null }[]>`
      select app.reaches('class_staff.read', ${classId}) and app.scopes('card.issue') is not null as is_reached`,
    sql<{ student_id: string; issued_at: string }[]>`select student_id, issued_at from app.cards_of_class(${classId})`,
  ]);
  if (reach?.is_reached !== true) throw new Problem('not_found');
  return cards.map(({ student_id: studentId, issued_at: issuedAt }) => ({ studentId, issuedAt }));
}
