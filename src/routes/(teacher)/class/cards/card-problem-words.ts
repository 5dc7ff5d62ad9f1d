import { m } from '$lib/messages/generated/messages.js';
import { NotSignedIn, Refused, Unreachable } from '$lib/sync/http.ts';

/**
 * Why cards were not made or ended, in words for a teacher.
 *
 * @throws whatever is no answer of the server's: a mistake of ours
 */
export function cardProblemWords(reason: unknown): string {
  if (reason instanceof NotSignedIn) return m.cards_signed_out();
  if (reason instanceof Refused) return m.cards_trouble();
  if (!(reason instanceof Unreachable)) throw reason;
  // A call that never came through has its cause.
  if (reason.cause !== undefined) return m.cards_offline();
  // Said of children who are out of reach: the list on this page is older than the school's.
  return reason.message === 'not_found' ? m.cards_out_of_reach() : m.cards_trouble();
}
