import * as v from 'valibot';
import { fromBase64url, toBase64url } from '../base64url.ts';

/** Pictures of a code, out of twelve. */
export const pictureCodeLength = 3;

/** PBKDF2 with HMAC-SHA-256: about a tenth of a second on a school tablet. */
const rounds = 100_000;
const saltBytes = 16;
const hashBytes = 32;

/**
 * A child's three pictures, so that they can be compared and not read off. Security: there are 12³ = 1,728 codes, and whoever
 * opens a device's store tries them all in minutes. It is a gate between the children of one class, not a key: nothing is sealed under it.
 */
export const pictureVerifier = v.object({
  /** base64url, of its own for each child. */
  salt: v.string(),
  rounds: v.pipe(v.number(), v.integer(), v.minValue(1)),
  hash: v.string(),
});
export type PictureVerifier = v.InferOutput<typeof pictureVerifier>;

/** A child's three pictures as one secret: their numbers from 1, in the child's order. */
export function pictureSecret(pictures: readonly number[]): string {
  return pictures.join('-');
}

/** @param secret as `pictureSecret` gives it */
export async function createPictureVerifier(secret: string): Promise<PictureVerifier> {
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
  return { salt: toBase64url(salt), rounds, hash: toBase64url(await derive(secret, salt, rounds)) };
}

export async function isPictureCode(verifier: PictureVerifier, secret: string): Promise<boolean> {
  return toBase64url(await derive(secret, fromBase64url(verifier.salt), verifier.rounds)) === verifier.hash;
}

async function derive(secret: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), 'PBKDF2', false, ['deriveBits']);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, material, 8 * hashBytes));
}
