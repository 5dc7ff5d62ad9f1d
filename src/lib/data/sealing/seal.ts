const algorithm = 'AES-GCM';
const nonceBytes = 12;
const keyBytes = 32;

/** A key that no script can read out: it can be used and kept, never copied. */
export function createKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: algorithm, length: 8 * keyBytes }, false, ['encrypt', 'decrypt']);
}

/** A key's bytes, for whoever wraps it. */
export function newKeyBytes(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(keyBytes));
}

/** The key of these bytes, as `createKey` makes one. */
export function importKey(bytes: BufferSource): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['encrypt', 'decrypt']);
}

/**
 * AES-256-GCM; the nonce stands before what is sealed.
 *
 * @param place where it belongs: it opens nowhere else, so that what is sealed can be neither moved nor swapped
 */
export async function seal(key: CryptoKey, place: string, bytes: BufferSource): Promise<ArrayBuffer> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const sealed = await crypto.subtle.encrypt({ name: algorithm, iv: nonce, additionalData: placeBytes(place) }, key, bytes);
  const whole = new Uint8Array(nonceBytes + sealed.byteLength);
  whole.set(nonce);
  whole.set(new Uint8Array(sealed), nonceBytes);
  return whole.buffer;
}

/** @throws when it was changed, or belongs elsewhere, or to another key */
export function unseal(key: CryptoKey, place: string, sealed: ArrayBuffer): Promise<ArrayBuffer> {
  const nonce = new Uint8Array(sealed, 0, nonceBytes);
  return crypto.subtle.decrypt({ name: algorithm, iv: nonce, additionalData: placeBytes(place) }, key, new Uint8Array(sealed, nonceBytes));
}

/** Seals a value that JSON can carry. */
export function sealValue(key: CryptoKey, place: string, value: unknown): Promise<ArrayBuffer> {
  return seal(key, place, new TextEncoder().encode(JSON.stringify(value)));
}

/** @throws as `unseal` */
export async function unsealValue(key: CryptoKey, place: string, sealed: ArrayBuffer): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await unseal(key, place, sealed)));
}

function placeBytes(place: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(place);
}
