import { collectionNames, collections, type CollectionName } from '#domain/collections/index.ts';
import { mayCreate } from '#domain/collections/may-create.ts';
import { must } from '#domain/must.ts';
import { KeyMissing } from '../database/crypto/key-file.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Transaction } from '../database/connections.ts';
import { SessionEnded, type Entered } from '../database/enter.ts';
import type { SessionAnswer } from './schemas.ts';

/** The session itself; what it is answered with beside goes by itself. */
export type SessionDescription = Omit<SessionAnswer, 'delivery'>;

/** Who is signed in, what they may do where, and which collections their device holds. */
export async function describeSession(
  sql: Transaction,
  { schoolId, userId, kind }: Entered,
  keyring: Keyring,
  expiresAt: Date,
): Promise<SessionDescription> {
  const [[person], [rights]] = await Promise.all([
    sql<
      { name_encrypted: Uint8Array }[]
    >`select name_encrypted from users where school_id = app.current_school_id() and id = app.current_user_id()`,
    sql<{ access: Record<string, string[]>; audiences: string[] }[]>`select app.access() as access, app.on_device_audiences() as audiences`,
  ]);
  const { access: reach, audiences } = must(rights, 'one row of rights');
  // The database keeps no order; the same rights always read the same.
  const access = Object.fromEntries(Object.entries(reach).map(([permission, scopes]) => [permission, scopes.toSorted()]));
  const subjectId = kind === 'student' ? userId : schoolId;
  const cell = { table: 'users', column: 'name_encrypted', row: userId };
  const sealed = must(person, 'everybody may read their own name').name_encrypted;
  const displayName = await keyring.decrypt({ schoolId, subjectId }, cell, sealed).catch((error: unknown) => {
    // Somebody who was erased is nobody: their session has ended, whatever its row says.
    throw error instanceof KeyMissing ? new SessionEnded() : error;
  });
  return {
    user: { id: userId, schoolId, kind, displayName },
    access,
    // A child may come into a buddy group at any moment, and out of it: its devices have those collections from the first.
    collections: collectionsFor(kind === 'student' ? [...audiences, 'group'] : audiences, access),
    expiresAt: expiresAt.toISOString(),
  };
}

/** The collections of which something lies in an audience that reaches this person's devices. */
function collectionsFor(onDeviceAudiences: readonly string[], access: Readonly<Record<string, readonly string[]>>): CollectionName[] {
  return collectionNames.filter((name) => {
    const { audiences, pushedBy } = collections[name];
    // What an account alone reads and writes holds nothing for somebody who may not write it.
    const isOwnWriting = pushedBy !== null && audiences.every((audience) => audience === 'account');
    if (isOwnWriting && !mayCreate(name, access)) return false;
    return audiences.some((audience) => onDeviceAudiences.includes(audience));
  });
}
