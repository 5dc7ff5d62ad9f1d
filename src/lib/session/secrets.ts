import { pictureSecret } from '#domain/picture-codes/verifier.ts';
import type { Credentials } from './session-api.ts';

/** What opens the person's data on this device from now on; a card, or what a class device has, is nothing that anybody knows. */
export function secretOf(credentials: Credentials): string | null {
  if ('password' in credentials) return credentials.password;
  return 'pictures' in credentials ? pictureSecret(credentials.pictures) : null;
}
