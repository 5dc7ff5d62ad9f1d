import { m } from '$lib/messages/generated/messages.js';
import type { Failure } from '$lib/session/session-api.ts';

/** Why a letter did not open, or nobody joined by it, in words; what is wrong with a code is nobody's business. */
export function joinProblemWords({ code, retryAfterSeconds = 60 }: Failure, step: 'code' | 'account'): string {
  switch (code) {
    case 'offline':
      return m.join_offline();
    case 'too_many_attempts':
      return m.sign_in_wait({ minutes: Math.max(1, Math.ceil(retryAfterSeconds / 60)) });
    case 'already_joined':
      return m.join_already();
    case 'sign_in_failed':
    case 'not_signed_in':
      return m.join_sign_in_again();
    case 'join_failed':
    case 'invalid_request':
      return step === 'code' ? m.join_no_such_code() : m.join_not_done();
    default:
      return m.sign_in_trouble();
  }
}
