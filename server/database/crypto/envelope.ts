import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

/**
 * Sealed bytes: `version 1 (1 byte) | key id (16) | nonce (12) | ciphertext | tag (16)`, AES-256-GCM. The context is
 * authenticated beside them, so that a value moved to another row, column or school does not open.
 */
const formatVersion = 1;
const keyIdLength = 16;
const nonceLength = 12;
const tagLength = 16;
const headerLength = 1 + keyIdLength + nonceLength;

/** A key and the id that sealed bytes carry of it. */
export interface SealingKey {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The bytes do not open: they were changed, belong elsewhere, or the key is not theirs. Never says which. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';

  constructor() {
    super('Sealed bytes do not open: changed, moved, or sealed with another key');
  }
}

export function seal({ id, key }: SealingKey, context: string, content: Uint8Array): Buffer {
  // A random nonce stays safe for 2³² messages a key (NIST SP 800-38D 8.3); one child's key never comes near.
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([
    Buffer.of(formatVersion),
    Buffer.from(id, 'hex'),
    nonce,
    cipher.update(content),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** @throws SealBroken */
export function unseal({ key }: SealingKey, context: string, sealed: Uint8Array): Buffer {
  if (sealed[0] !== formatVersion || sealed.length < headerLength + tagLength) throw new SealBroken();
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1 + keyIdLength, headerLength), { authTagLength: tagLength });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
    return Buffer.concat([decipher.update(sealed.subarray(headerLength, sealed.length - tagLength)), decipher.final()]);
  } catch {
    throw new SealBroken();
  }
}

/** The id of the key that sealed these bytes. */
export function keyIdOf(sealed: Uint8Array): string {
  return Buffer.from(sealed.subarray(1, 1 + keyIdLength)).toString('hex');
}
