import { collections, type CollectionName } from '../collections/index.ts';
import type { IndexedFieldType } from '../collections/define-collection.ts';
import type { WireDocument } from './protocol.ts';

const neutralValues: Record<IndexedFieldType, string> = {
  uuid: '00000000-0000-0000-0000-000000000000',
  date: '1970-01-01',
  text: '',
};

/**
 * What a device is told of a document that is gone: its id, and neutral values in the fields that it indexes, so that
 * a validating storage takes it (S10). Nothing of the content remains in it.
 */
export function tombstone(collection: CollectionName, id: string, version: number): WireDocument {
  const fields: Readonly<Record<string, IndexedFieldType>> = collections[collection].indexedFields;
  const neutral = Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, neutralValues[type]]));
  return { ...neutral, id, version, _deleted: true };
}
