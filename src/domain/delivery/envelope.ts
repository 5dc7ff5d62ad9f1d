import * as v from 'valibot';
import { fromBase64url, toBase64url } from '../base64url.ts';
import { isoInstant } from '../calendar/dates.ts';
import { fileKind } from '../evidence/evidence.ts';
import { uuid } from '../ids.ts';
import { pushRequest } from '../sync/protocol.ts';

/** What an envelope holds (S30). Only the server can read it, the author's delivery token among it. */
export const envelopeContent = v.variant('kind', [
  v.strictObject({
    kind: v.literal('documents'),
    /** 32 random bytes, base64url: it serves delivery only. */
    token: v.string(),
    /** Whose work it is: the token's own person, or on a class device a child of its class. */
    authorId: uuid,
    /** Collections in the order in which they are to be applied; rows as in a push. */
    pushes: v.pipe(v.array(v.omit(pushRequest, ['device', 'schema'])), v.maxLength(50)),
    schema: v.pipe(v.number(), v.integer()),
    device: uuid,
    sealedAt: isoInstant,
  }),
  v.strictObject({
    kind: v.literal('file'),
    token: v.string(),
    authorId: uuid,
    /** The evidence id that a piece of homework names; its bytes follow the header. */
    evidenceId: uuid,
    fileKind,
    mediaType: v.string(),
    /** Of the bytes, in hexadecimal. */
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    durationMs: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  }),
]);
export type EnvelopeContent = v.InferOutput<typeof envelopeContent>;

const base64url = v.pipe(v.string(), v.regex(/^[\w-]*$/));

/** Work sealed to the school: AES-256-GCM under a key agreed between an ephemeral P-256 key and the school's. */
export const envelope = v.strictObject({
  /** UUIDv7 of the device that sealed it; the same again is the same envelope. */
  id: uuid,
  /** Which of the school's keys it is sealed to. */
  keyId: uuid,
  /** The ephemeral public key: an uncompressed point of 65 bytes. */
  ephemeralKey: base64url,
  /** 12 bytes. */
  nonce: base64url,
  ciphertext: base64url,
});
export type Envelope = v.InferOutput<typeof envelope>;

/** The school's public key: an uncompressed P-256 point of 65 bytes, base64url. */
export const schoolKey = v.object({ id: uuid, publicKey: base64url });
export type SchoolKey = v.InferOutput<typeof schoolKey>;

/** An envelope that was changed, or was sealed to another key. */
export class EnvelopeBroken extends Error {}

const curve = { name: 'ECDH', namedCurve: 'P-256' } as const;
const headerLengthBytes = 4;

/** A school's key pair. The private key is PKCS #8: the server keeps it as it keeps its other keys. */
export async function createSchoolKeyPair(): Promise<{ publicKey: string; privateKey: Uint8Array<ArrayBuffer> }> {
  const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits']);
  return {
    publicKey: toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))),
    privateKey: new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
  };
}

/**
 * Seals work to the school; after that nobody on the device can read it.
 *
 * @param bytes of the file, where the content is one
 */
export async function sealEnvelope(
  to: SchoolKey,
  id: string,
  content: EnvelopeContent,
  bytes: Uint8Array = new Uint8Array(),
): Promise<Envelope> {
  const ephemeral = await crypto.subtle.generateKey(curve, false, ['deriveBits']);
  const ephemeralKey = new Uint8Array(await crypto.subtle.exportKey('raw', ephemeral.publicKey));
  const schoolPublicKey = fromBase64url(to.publicKey);
  const theirs = await crypto.subtle.importKey('raw', schoolPublicKey, curve, false, []);
  const key = await agree(ephemeral.privateKey, theirs, ephemeralKey, schoolPublicKey, 'encrypt');
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: place(id, to.id) };
  const ciphertext = await crypto.subtle.encrypt(parameters, key, frame(content, bytes));
  return {
    id,
    keyId: to.id,
    ephemeralKey: toBase64url(ephemeralKey),
    nonce: toBase64url(nonce),
    ciphertext: toBase64url(new Uint8Array(ciphertext)),
  };
}

/**
 * @param privateKey PKCS #8, of the pair that `sealed.keyId` names
 * @throws EnvelopeBroken
 */
export async function openEnvelope(
  privateKey: BufferSource,
  publicKey: string,
  sealed: Envelope,
): Promise<{ content: EnvelopeContent; bytes: Uint8Array<ArrayBuffer> }> {
  const own = await crypto.subtle.importKey('pkcs8', privateKey, curve, false, ['deriveBits']);
  try {
    const ephemeralKey = fromBase64url(sealed.ephemeralKey);
    const theirs = await crypto.subtle.importKey('raw', ephemeralKey, curve, false, []);
    const key = await agree(own, theirs, ephemeralKey, fromBase64url(publicKey), 'decrypt');
    const parameters = { name: 'AES-GCM', iv: fromBase64url(sealed.nonce), additionalData: place(sealed.id, sealed.keyId) };
    return unframe(new Uint8Array(await crypto.subtle.decrypt(parameters, key, fromBase64url(sealed.ciphertext))));
  } catch (cause) {
    throw new EnvelopeBroken('This envelope cannot be opened: it was changed, or sealed to another key.', { cause });
  }
}

/** HKDF over the agreed secret; both public keys stand in its salt, so that a key belongs to this very pair. */
async function agree(
  own: CryptoKey,
  theirs: CryptoKey,
  ephemeralKey: Uint8Array,
  schoolPublicKey: Uint8Array,
  usage: 'encrypt' | 'decrypt',
): Promise<CryptoKey> {
  const secret = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own, 256);
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const salt = new Uint8Array([...ephemeralKey, ...schoolPublicKey]);
  const info = new TextEncoder().encode('studystreaks envelope 1');
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info }, material, { name: 'AES-GCM', length: 256 }, false, [usage]);
}

/** An envelope opens under its own id and key alone. */
function place(id: string, keyId: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${id}/${keyId}`);
}

/** Length of the header (four bytes, big-endian), the header as JSON, the file's bytes. */
function frame(content: EnvelopeContent, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(JSON.stringify(content));
  const framed = new Uint8Array(headerLengthBytes + header.length + bytes.length);
  new DataView(framed.buffer).setUint32(0, header.length);
  framed.set(header, headerLengthBytes);
  framed.set(bytes, headerLengthBytes + header.length);
  return framed;
}

function unframe(framed: Uint8Array<ArrayBuffer>): { content: EnvelopeContent; bytes: Uint8Array<ArrayBuffer> } {
  const end = headerLengthBytes + new DataView(framed.buffer, framed.byteOffset).getUint32(0);
  const header: unknown = JSON.parse(new TextDecoder().decode(framed.subarray(headerLengthBytes, end)));
  return { content: v.parse(envelopeContent, header), bytes: framed.slice(end) };
}
