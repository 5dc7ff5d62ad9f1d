const algorithm = 'AES-GCM';
const nonceBytes = 12;

/** A key that no script can read out: it can be used and kept, never copied from the device. */
export function createDeviceKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: algorithm, length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Where a chunk belongs. It opens nowhere else, so chunks can be neither swapped nor left out. */
export interface ChunkPlace {
  readonly fileId: string;
  readonly index: number;
  readonly count: number;
}

/** AES-256-GCM; the nonce stands before what is sealed. */
export async function seal(key: CryptoKey, place: ChunkPlace, bytes: BufferSource): Promise<ArrayBuffer> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const sealed = await crypto.subtle.encrypt({ name: algorithm, iv: nonce, additionalData: placeBytes(place) }, key, bytes);
  const whole = new Uint8Array(nonceBytes + sealed.byteLength);
  whole.set(nonce);
  whole.set(new Uint8Array(sealed), nonceBytes);
  return whole.buffer;
}

/** @throws when it was changed, or belongs elsewhere */
export function unseal(key: CryptoKey, place: ChunkPlace, sealed: ArrayBuffer): Promise<ArrayBuffer> {
  const nonce = new Uint8Array(sealed, 0, nonceBytes);
  return crypto.subtle.decrypt({ name: algorithm, iv: nonce, additionalData: placeBytes(place) }, key, new Uint8Array(sealed, nonceBytes));
}

function placeBytes({ fileId, index, count }: ChunkPlace): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${fileId}/${String(index)}/${String(count)}`);
}
