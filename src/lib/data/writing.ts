import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { collections, type CollectionName, type DocumentOf } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import type { OwnerStore } from './device-store.ts';
import type { LocalDatabase } from './local-database.ts';

export interface WritingContext {
  readonly database: LocalDatabase;
  readonly store: OwnerStore;
  /** The device's clock. */
  readonly now: () => Date;
}

/** What a document holds beside what every document has. */
export type NewFields<Name extends CollectionName> = Omit<DocumentOf<Name>, 'id' | 'version'>;

/**
 * Makes documents on this device and returns their ids once they are durable. Many at once cost hardly more than one.
 *
 * @throws v.ValiError when one is not what its collection allows; then none is made
 */
export async function createDocuments<Name extends CollectionName>(
  { database, store, now }: WritingContext,
  collection: Name,
  contents: readonly Readonly<Record<string, unknown>>[],
): Promise<string[]> {
  const documents = contents.map((content) => parseDocument(collection, { ...content, id: uuidv7(), version: 0 }));
  const since = now().toISOString();
  const ids = documents.map(({ id }) => id);
  const entries = store.addUnsent(ids.map((id) => ({ collection, id, since })));
  // Both at once, for they lie in two databases. Should the device die with only one kept: a document without an entry
  // is found by the sweep at the next start, an entry without a document is dropped there.
  const [kept] = await Promise.allSettled([database.insert(collection, documents), entries]);
  if (kept.status === 'rejected') {
    await store.removeUnsent(collection, ids);
    throw kept.reason;
  }
  await entries;
  return ids;
}

/** Changes a document on this device; undefined leaves a field as it is. */
export async function changeDocument(
  { database, store, now }: WritingContext,
  collection: CollectionName,
  id: string,
  patch: Readonly<Record<string, unknown>>,
): Promise<void> {
  const [standing] = await database.stored(collection, [id], false);
  const { _rev, _meta, _attachments, _deleted, ...fields } = {
    _rev: 0,
    _meta: 0,
    _attachments: 0,
    ...must(standing, `${collection}/${id} is on this device`),
  };
  const changes = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  parseDocument(collection, { ...fields, ...changes });
  await whileUnsent({ store, now }, collection, id, () => database.patch(collection, id, changes));
}

export async function removeDocument({ database, store, now }: WritingContext, collection: CollectionName, id: string): Promise<void> {
  await whileUnsent({ store, now }, collection, id, () => database.remove(collection, id));
}

/** An earlier state that is being sent may clear the entry while the new one is written: so it is put down again after. */
async function whileUnsent(
  { store, now }: Omit<WritingContext, 'database'>,
  collection: CollectionName,
  id: string,
  write: () => Promise<void>,
) {
  const entry = { collection, id, since: now().toISOString() };
  await store.addUnsent([entry]);
  await write();
  await store.addUnsent([entry]);
}

function parseDocument<Name extends CollectionName>(collection: Name, document: unknown): DocumentOf<Name> {
  // The schema of `collection` gives its own documents; TypeScript loses that through the index.
  return v.parse<v.GenericSchema<unknown, unknown>>(collections[collection].schema, document) as DocumentOf<Name>;
}
