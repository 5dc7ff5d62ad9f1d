import { prepareQuery, type PreparedQuery, type RxDocumentData, type RxStorage, type RxStorageInstance } from 'rxdb/plugins/core';
import { map } from 'rxjs';

/** The log keeps documents by their `id`; RxDB's own tests have others. They are given another name on the way there and back. */
export function renamedKey(storage: RxStorage<unknown, unknown>, key: string): RxStorage<unknown, unknown> {
  return {
    name: storage.name,
    rxdbVersion: storage.rxdbVersion,
    async createStorageInstance(params) {
      if (params.schema.primaryKey !== key) return storage.createStorageInstance(params);
      const inner = await storage.createStorageInstance({ ...params, schema: renamed(params.schema, key, 'id') });
      return renamedInstance(inner, params.schema, key);
    },
  };
}

function renamedInstance<Document>(
  inner: RxStorageInstance<Document, unknown, unknown>,
  schema: RxStorageInstance<Document, unknown, unknown>['schema'],
  key: string,
): RxStorageInstance<Document, unknown, unknown> {
  const there = (document: RxDocumentData<Document>) => renameField(document, key, 'id');
  const back = (document: RxDocumentData<Document>) => renameField(document, 'id', key);
  const ask = ({ query }: PreparedQuery<Document>) => prepareQuery(inner.schema, renamed(query, key, 'id'));
  return {
    databaseName: inner.databaseName,
    collectionName: inner.collectionName,
    internals: inner.internals,
    options: inner.options,
    schema,
    async bulkWrite(rows, context) {
      const asked = rows.map(({ document, previous }) => ({ document: there(document), ...(previous && { previous: there(previous) }) }));
      const { error } = await inner.bulkWrite(asked, context);
      return {
        error: error.map((one) => ({
          ...one,
          writeRow: rows[asked.findIndex(({ document }) => document === one.writeRow.document)] ?? one.writeRow,
          ...('documentInDb' in one && { documentInDb: back(one.documentInDb) }),
        })) as typeof error,
      };
    },
    findDocumentsById: async (ids, withDeleted) => (await inner.findDocumentsById(ids, withDeleted)).map(back),
    query: async (prepared) => ({ documents: (await inner.query(ask(prepared))).documents.map(back) }),
    count: (prepared) => inner.count(ask(prepared)),
    getAttachmentData: (documentId, attachmentId, digest) => inner.getAttachmentData(documentId, attachmentId, digest),
    changeStream: () =>
      inner.changeStream().pipe(
        map((bulk) => ({
          ...bulk,
          events: bulk.events.map((event) => ({
            ...event,
            documentData: back(event.documentData),
            ...(event.previousDocumentData && { previousDocumentData: back(event.previousDocumentData as RxDocumentData<Document>) }),
          })) as typeof bulk.events,
        })),
      ),
    cleanup: (minimumDeletedTime) => inner.cleanup(minimumDeletedTime),
    close: () => inner.close(),
    remove: () => inner.remove(),
  };
}

function renameField<Document extends object>(document: Document, from: string, to: string): Document {
  return Object.fromEntries(Object.entries(document).map(([field, value]) => [field === from ? to : field, value])) as Document;
}

/** Wherever a schema or a query names it. */
function renamed<Value>(value: Value, from: string, to: string): Value {
  return JSON.parse(JSON.stringify(value).replaceAll(JSON.stringify(from), JSON.stringify(to))) as Value;
}
