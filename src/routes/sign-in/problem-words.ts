import type { ErrorCode } from '#domain/errors.ts';
import { m } from '$lib/messages/generated/messages.js';

export interface SignInProblem {
  readonly code: ErrorCode | 'offline' | 'no_room';
  readonly retryAfterSeconds?: number;
}

/** Why nobody was signed in, in words for a child or an adult; it never says which part did not match. */
export function problemWords(problem: SignInProblem, reader: 'child' | 'adult'): string {
  switch (problem.code) {
    case 'offline':
      return reader === 'child' ? m.sign_in_child_offline() : m.sign_in_offline();
    case 'no_room':
      return reader === 'child' ? m.sign_in_child_no_room() : m.sign_in_no_room();
    case 'too_many_attempts':
      return waitWords(problem.retryAfterSeconds ?? 60, reader);
    case 'sign_in_failed':
    case 'not_signed_in':
    case 'not_found':
    case 'invalid_request':
      return reader === 'child' ? m.sign_in_child_no_match() : m.sign_in_no_match();
    case 'access_ended':
      return reader === 'child' ? m.sign_in_child_ended() : m.sign_in_ended();
    default:
      return reader === 'child' ? m.sign_in_child_trouble() : m.sign_in_trouble();
  }
}

function waitWords(seconds: number, reader: 'child' | 'adult'): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return reader === 'child' ? m.sign_in_child_wait({ minutes }) : m.sign_in_wait({ minutes });
}
