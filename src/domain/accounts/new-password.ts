/** NIST SP 800-63B-4, 3.1.1.2: length is what counts, and no rule of composition; a phrase of three words has it. */
export const passwordLength = { least: 10, most: 200 } as const;

export type PasswordProblem = 'too_short' | 'too_long' | 'too_plain' | 'too_near';

/** Of the lists of passwords that everybody tries first, those that are long enough to get this far. */
const triedFirst = new Set(
  [
    '1234567890',
    '0123456789',
    '0987654321',
    '1q2w3e4r5t',
    'abcdefghij',
    'password12',
    'password123',
    'password1234',
    'qwertyuiop',
    'qwerty1234',
  ].concat(['letmein123', 'welcome123', 'iloveyou12', 'homework123', 'liverpool1', 'manchester', 'studystreaks', 'streaks-demo']),
);

/**
 * What keeps a password from being chosen, or null.
 *
 * @param own what everybody knows of the person: name, address, school
 */
export function passwordProblem(password: string, own: readonly string[]): PasswordProblem | null {
  if ([...password].length < passwordLength.least) return 'too_short';
  if (password.length > passwordLength.most) return 'too_long';
  const lower = password.toLowerCase();
  if (triedFirst.has(lower) || new Set(lower).size < 4) return 'too_plain';
  return own.some((known) => isNear(lower, known.trim().toLowerCase())) ? 'too_near' : null;
}

/** It is what is known, or that with a few letters around it. */
function isNear(password: string, known: string): boolean {
  return known.length >= 4 && password.includes(known) && password.length - known.length < 4;
}
