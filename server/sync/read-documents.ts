import type { CollectionName } from '#domain/collections/index.ts';
import type { WireDocument } from '#domain/sync/protocol.ts';
import { tombstone } from '#domain/sync/tombstone.ts';
import { SealBroken } from '../database/crypto/envelope.ts';
import type { Keyring, SubjectCipher } from '../database/crypto/keyring.ts';
import { UnknownKey } from '../database/crypto/subject-cipher.ts';
import { must } from '#domain/must.ts';
import { readers } from './collections/index.ts';
import type { Ciphers, CollectionReader, IndexRow } from './collections/reader.ts';

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
  return keyring.opening(schoolId, [...subjectIds], (ciphersById, isSecondTry) => {
    const ciphers = toCiphers(ciphersById);
    let denied = 0;
    const documents = rows.map((row): WireDocument => {
      if (row.is_deleted) return tombstone(collection, row.document_id, row.effective_version);
      const content = contentOf(reader, row, ciphers, schoolId, isSecondTry);
      if (content) return { id: row.document_id, version: row.version, _deleted: false, ...content };
      denied++;
      return tombstone(collection, row.document_id, row.effective_version);
    });
    return { documents, denied };
  });
}

/** Null where the policies do not show it, or it cannot be opened. */
function contentOf(reader: CollectionReader, row: IndexRow, ciphers: Ciphers, schoolId: string, isSecondTry: boolean): object | null {
  if (!row.is_present || !reader.subjectsOf(row, schoolId).every((subjectId) => ciphers.has(subjectId))) return null;
  try {
    return reader.toContent(row, ciphers, schoolId);
  } catch (error) {
    // One cell that does not open must not keep a whole school from syncing. A key that even fresh ciphers do not know is gone.
    if (error instanceof SealBroken || (isSecondTry && error instanceof UnknownKey)) return null;
    throw error;
  }
}

/** Loads the keys of all subjects of a page once, so that its columns are then decrypted without waiting. */
export async function openCiphers(keyring: Keyring, schoolId: string, subjectIds: ReadonlySet<string>): Promise<Ciphers> {
  return toCiphers(await keyring.subjects(schoolId, [...subjectIds]));
}

function toCiphers(ciphersById: ReadonlyMap<string, SubjectCipher>): Ciphers {
  const ciphers = (subjectId: string) => must(ciphersById.get(subjectId), 'a page’s ciphers are those of its subjects');
  return Object.assign(ciphers, { has: (subjectId: string) => ciphersById.has(subjectId) });
}
