import type { RxJsonSchema } from 'rxdb';
import type { CollectionDefinition, IndexedFieldType } from '#domain/collections/define-collection.ts';

/** A document as the device's database keeps it; what lies in its fields is the domain's matter. */
export interface StoredDocument {
  id: string;
  version: number;
  [field: string]: unknown;
}

const uuidLength = 36;
const lengths: Record<IndexedFieldType, number> = { uuid: uuidLength, date: 10, text: 100 };

/** Only keys and indexed fields are told: documents are validated where they are made and where the server takes them. */
export function jsonSchemaOf(definition: CollectionDefinition): RxJsonSchema<StoredDocument> {
  const indexed = Object.entries(definition.indexedFields);
  return {
    title: definition.name,
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties: {
      id: { type: 'string', maxLength: uuidLength },
      version: { type: 'number' },
      ...Object.fromEntries(indexed.map(([field, type]) => [field, { type: 'string', maxLength: lengths[type] }])),
    },
    required: ['id', 'version', ...indexed.map(([field]) => field)],
    indexes: definition.indexes.map((fields) => [...fields]),
  };
}
