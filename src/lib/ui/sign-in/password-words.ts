import { passwordLength, passwordProblem } from '#domain/accounts/new-password.ts';
import { m } from '$lib/messages/generated/messages.js';

const least = passwordLength.least;

/**
 * What keeps a password from being the next one, in words, or nothing.
 *
 * @param current the one it replaces; null: there is none yet
 * @param own what everybody knows of the person
 */
export function newPasswordProblem(current: string | null, next: string, own: readonly string[]): string | undefined {
  if (next === current) return m.password_same();
  switch (passwordProblem(next, own)) {
    case 'too_short':
      return m.password_too_short({ least });
    case 'too_long':
      return m.password_too_long();
    case 'too_plain':
      return m.password_too_plain();
    case 'too_near':
      return m.password_too_near();
    case null:
      return undefined;
  }
}

export const newPasswordHint = (): string => m.password_new_hint({ least });
