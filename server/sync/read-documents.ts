import type { CollectionName } from '#domain/collections/index.ts';
import type { WireDocument } from '#domain/sync/protocol.ts';
import { tombstone } from '#domain/sync/tombstone.ts';
import { SealBroken } from '../database/crypto/envelope.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import { must } from '#domain/must.ts';
import { readers } from './collections/index.ts';
import type { Ciphers, IndexRow } from './collections/reader.ts';

export interface ReadDocuments {
  readonly documents: WireDocument[];
  /** Documents that the index named and that could not be shown: the policies denied them, or their key is gone (S7). */
  readonly denied: number;
}

/** Turns rows of one collection into documents. One that is gone, or that the policies do not show, becomes a tombstone. */
export async function toDocuments(
  collection: CollectionName,
  rows: readonly IndexRow[],
  keyring: Keyring,
  schoolId: string,
): Promise<ReadDocuments> {
  const reader = readers[collection];
  const subjectIds = new Set<string>();
  for (const row of rows) if (row.is_present) for (const subjectId of reader.subjectsOf(row, schoolId)) subjectIds.add(subjectId);
  const ciphers = await openCiphers(keyring, schoolId, subjectIds);

  const toContent = (row: IndexRow): object | null => {
    if (!row.is_present || !reader.subjectsOf(row, schoolId).every((subjectId) => ciphers.has(subjectId))) return null;
    try {
      return reader.toContent(row, ciphers, schoolId);
    } catch (error) {
      // One cell that does not open must not keep a whole school from syncing.
      if (error instanceof SealBroken) return null;
      throw error;
    }
  };
  let denied = 0;
  const documents = rows.map((row): WireDocument => {
    if (row.is_deleted) return tombstone(collection, row.document_id, row.effective_version);
    const content = toContent(row);
    if (content) return { id: row.document_id, version: row.version, _deleted: false, ...content };
    denied++;
    return tombstone(collection, row.document_id, row.effective_version);
  });
  return { documents, denied };
}

/** Loads the keys of all subjects of a page once, so that its columns are then decrypted without waiting. */
export async function openCiphers(keyring: Keyring, schoolId: string, subjectIds: ReadonlySet<string>): Promise<Ciphers> {
  const ciphersById = await keyring.subjects(schoolId, [...subjectIds]);
  const ciphers = (subjectId: string) => must(ciphersById.get(subjectId), 'a page’s ciphers are those of its subjects');
  return Object.assign(ciphers, { has: (subjectId: string) => ciphersById.has(subjectId) });
}
