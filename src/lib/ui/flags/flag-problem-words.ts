import { m } from '$lib/messages/generated/messages.js';
import { NotSignedIn, Refused, Unreachable } from '$lib/sync/http.ts';

/**
 * Why concerns could not be read or closed, in words for staff.
 *
 * @throws whatever is no answer of the server's: a mistake of ours
 */
export function flagProblemWords(reason: unknown): string {
  if (reason instanceof NotSignedIn) return m.flags_signed_out();
  if (reason instanceof Refused) return m.flags_trouble();
  if (!(reason instanceof Unreachable)) throw reason;
  // A call that never came through has its cause.
  if (reason.cause !== undefined) return m.flags_offline();
  if (reason.message === 'clash') return m.flags_closed_meanwhile();
  return reason.message === 'not_found' ? m.flags_out_of_reach() : m.flags_trouble();
}
