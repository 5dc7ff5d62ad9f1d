import type { KeyCabinet, Subject } from '../database/crypto/keyring.ts';
import type { Database } from '../database/connections.ts';
import { inTransaction } from '../database/transaction.ts';
import { noteErasure } from './erasure-ledger.ts';
import type { Vault } from './vault.ts';

export interface ErasureOptions {
  /** The pool of background_worker. */
  readonly database: Database;
  readonly vault: Vault;
  readonly cabinet: KeyCabinet;
  readonly clock?: () => Date;
}

/**
 * Erases a child for good: first the ledger, so that whatever is cut off can be gone through again, then the key, then rows
 * and audit values. Their documents reach devices as tombstones; what backups hold of them is unreadable. May be repeated.
 */
export async function eraseSubject(
  subject: Subject,
  { database, vault, cabinet, clock = () => new Date() }: ErasureOptions,
): Promise<void> {
  const { schoolId, subjectId } = subject;
  if (subjectId === schoolId) throw new Error('A school’s own key is not a person’s: it cannot be erased as one');
  await noteErasure(vault, subject, clock());
  await cabinet.erase(subject);
  await inTransaction(database, 'read committed', async (sql) => {
    await sql`select app.enter_worker(${schoolId})`;
    await sql`select app.erase_subject(${schoolId}, ${subjectId})`;
  });
}
