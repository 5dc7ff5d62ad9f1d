import * as v from 'valibot';
import type { Credentials } from './session-api.ts';

/** What somebody signs in with beside their secret; it lies sealed with their data, so that opening it can sign them in too. */
export const login = v.union([
  v.object({ school: v.string(), email: v.string() }),
  v.object({ classCode: v.string(), student: v.string() }),
]);
export type Login = v.InferOutput<typeof login>;

/** Null for a card, which is the secret itself. */
export function loginOf(credentials: Credentials): Login | null {
  if ('email' in credentials) return { school: credentials.school, email: credentials.email };
  if ('student' in credentials) return { classCode: credentials.classCode, student: credentials.student };
  return null;
}

/** @param secret what has just opened the person's data: as `secretOf` made it */
export function credentialsOf(known: Login, secret: string): Credentials {
  return 'email' in known ? { ...known, password: secret } : { ...known, pictures: secret.split('-').map(Number) };
}
