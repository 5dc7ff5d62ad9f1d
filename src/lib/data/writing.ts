import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { collections, type CollectionName, type DocumentOf } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import type { LocalDatabase } from './local-database.ts';

export interface WritingContext {
  readonly database: LocalDatabase;
}

/** What a document holds beside what every document has. */
export type NewFields<Name extends CollectionName> = Omit<DocumentOf<Name>, 'id' | 'version'>;

/**
 * Makes documents on this device and returns their ids once they are durable. Many at once cost hardly more than one.
 *
 * @throws v.ValiError when one is not what its collection allows; then none is made
 */
export async function createDocuments<Name extends CollectionName>(
  { database }: WritingContext,
  collection: Name,
  contents: readonly Readonly<Record<string, unknown>>[],
): Promise<string[]> {
  const documents = contents.map((content) => parseDocument(collection, { ...content, id: uuidv7(), version: 0 }));
  await database.insert(collection, documents);
  return documents.map(({ id }) => id);
}

/**
 * Changes a document on this device; undefined leaves a field as it is.
 *
 * @throws v.ValiError when it would not be what its collection allows; then nothing is changed
 */
export async function changeDocument(
  { database }: WritingContext,
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
  checkKnown(collection, { ...fields, ...changes });
  await database.patch(collection, id, changes);
}

export async function removeDocument({ database }: WritingContext, collection: CollectionName, id: string): Promise<void> {
  await database.remove(collection, id);
}

/** What is missing is unknown: a device whose app was updated may not have been told of it yet (S28). */
function checkKnown(collection: CollectionName, document: Readonly<Record<string, unknown>>): void {
  const { issues = [] } = v.safeParse<v.GenericSchema<unknown, unknown>>(collections[collection].schema, document);
  const [first, ...others] = issues.filter(({ path }) => String(path?.[0].key) in document);
  if (first) throw new v.ValiError([first, ...others]);
}

function parseDocument<Name extends CollectionName>(collection: Name, document: unknown): DocumentOf<Name> {
  // The schema of `collection` gives its own documents; TypeScript loses that through the index.
  return v.parse<v.GenericSchema<unknown, unknown>>(collections[collection].schema, document) as DocumentOf<Name>;
}
