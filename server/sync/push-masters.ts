import type { CollectionName } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';
import { readers } from './collections/index.ts';
import type { IndexRow } from './collections/reader.ts';
import { documentsOf } from './collections/sources.ts';
import type { Master } from './push-decision.ts';
import { toDocuments } from './read-documents.ts';

/** What the server has of these documents, as far as a pull would show it to the caller (S14). */
export async function readMasters(
  sql: Transaction,
  collection: CollectionName,
  ids: readonly string[],
  keyring: Keyring,
  entering: Promise<Entered>,
): Promise<Map<string, Master>> {
  const [rows, { schoolId }]: [readonly IndexRow[], Entered] = await Promise.all([
    readers[collection].select(sql, documentsOf(sql, collection, ids)),
    entering,
  ]);
  const { documents } = await toDocuments(collection, rows, keyring, schoolId);
  const documentsById = new Map(documents.map((document) => [document.id, document]));
  return new Map(
    rows.flatMap((row): [string, Master][] => {
      const document = must(documentsById.get(row.document_id), 'every row becomes a document');
      if (row.is_deleted) return [[row.document_id, { state: 'deleted', tombstone: document }]];
      return document._deleted ? [] : [[row.document_id, { state: 'present', document }]];
    }),
  );
}
