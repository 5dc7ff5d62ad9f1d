import { timingSafeEqual } from 'node:crypto';
import { KeyMissing } from '../database/crypto/key-file.ts';
import type { Keyring } from '../database/crypto/keyring.ts';

export interface Recipient {
  readonly schoolId: string;
  readonly parentId: string;
}

const idBytes = 16;
const markBytes = 32;
const shape = /^[\w-]{86}$/;

/**
 * What a mail's link stops the digest by: who, and a mark that only the school's index key makes. It does that one thing, needs no
 * row, and holds as long as the mail is kept: an old mail must stop the next one.
 */
export async function stopToken(keyring: Pick<Keyring, 'blindIndex'>, recipient: Recipient): Promise<string> {
  const { schoolId, parentId } = recipient;
  return Buffer.concat([idToBytes(schoolId), idToBytes(parentId), await markOf(keyring, recipient)]).toString('base64url');
}

/** Whose mails the token stops; null where it is no token of ours. */
export async function readStopToken(keyring: Pick<Keyring, 'blindIndex'>, token: string): Promise<Recipient | null> {
  if (!shape.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const recipient = { schoolId: bytesToId(bytes.subarray(0, idBytes)), parentId: bytesToId(bytes.subarray(idBytes, 2 * idBytes)) };
  const mark = await markOf(keyring, recipient).catch((error: unknown) => {
    // There is no such school.
    if (error instanceof KeyMissing) return null;
    throw error;
  });
  return mark !== null && timingSafeEqual(bytes.subarray(-markBytes), mark) ? recipient : null;
}

function markOf(keyring: Pick<Keyring, 'blindIndex'>, { schoolId, parentId }: Recipient): Promise<Buffer> {
  return keyring.blindIndex(schoolId, 'digest_stop', parentId);
}

function idToBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function bytesToId(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
