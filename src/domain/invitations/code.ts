import * as v from 'valibot';

/** Letters and digits that nobody takes for one another on paper: no 0, O, 1, I, L or U. */
export const codeLetters = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Of 30 letters each: more than 58 bits, far beyond what the limits on tries leave to guessing. */
export const codeLength = 12;

/** What a letter's code is, of how somebody types it: spaces, hyphens and small letters do not matter. */
export function typedToCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s\u2010-\u2015-]/g, '');
}

/** Whether a code can be one at all; whether it opens is for the server to say. */
export function isCode(code: string): boolean {
  return code.length === codeLength && [...code].every((letter) => codeLetters.includes(letter));
}

/** "ABCD-EFGH-JKMN": as it is printed, to be read and typed in parts. */
export function codeToPrint(code: string): string {
  return code.match(/.{1,4}/g)?.join('-') ?? '';
}

/** A code as it comes in a request, however it was typed. */
export const typedCode = v.pipe(v.string(), v.maxLength(60), v.transform(typedToCode));
