import { createHash, randomBytes } from 'node:crypto';

/** What a card says: 128 random bits in base64url. */
export function newCardSecret(): string {
  return randomBytes(16).toString('base64url');
}

/** By which a card is kept and found. SHA-256 as it stands is enough: nobody can try 128 random bits through. */
export function cardHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
