import type { Credentials } from './session-api.ts';

/** What opens the person's data on this device from now on; a card is nothing that anybody knows. */
export function secretOf(credentials: Credentials): string | null {
  if ('password' in credentials) return credentials.password;
  return 'pictures' in credentials ? pictureSecret(credentials.pictures) : null;
}

/** A child's three pictures as one secret. */
export function pictureSecret(pictures: readonly number[]): string {
  return pictures.join('-');
}
