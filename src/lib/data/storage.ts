import type { Dexie, DexieOptions, Table } from 'dexie';
import {
  addRxStorageMultiInstanceSupport,
  categorizeBulkWriteRows,
  getQueryMatcher,
  getSortComparator,
  type BulkWriteRow,
  type EventBulk,
  type PreparedQuery,
  type RxDocumentData,
  type RxStorage,
  type RxStorageBulkWriteResponse,
  type RxStorageChangeEvent,
  type RxStorageCountResult,
  type RxStorageDefaultCheckpoint,
  type RxStorageInstanceCreationParams,
  type RxStorageQueryResult,
} from 'rxdb/plugins/core';
import { getDexieDbWithTables, getRxStorageDexie, RxStorageInstanceDexie } from 'rxdb/plugins/storage-dexie';
import { Subject } from 'rxjs';
import { collections, type CollectionName } from '#domain/collections/index.ts';
import type { Storage } from './local-database.ts';

/** Replication metadata is found by id alone, and what is never pushed is never asked for by time. */
const byTime = '[_meta.lwt+id]';
/** From so many ids on, one look at which keys are there is cheaper than asking for each document. */
const manyIds = 20;

/**
 * RxDB on IndexedDB: RxDB's own Dexie storage with less to do. Of its five indexes a collection only the one stays that
 * replication reads; documents go in as they are, not copied field by field; a page of new documents costs one look at
 * the keys, not four reads a document; a query reads in one request what the stock storage steps through row by row.
 *
 * @param options IndexedDB of another realm, for tests in Node
 */
export function browserStorage(options: Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'> = {}): Storage {
  const stock = getRxStorageDexie({ ...options, onCreate: keepFewIndexes });
  const storage: RxStorage<unknown, unknown> = {
    name: stock.name,
    rxdbVersion: stock.rxdbVersion,
    createStorageInstance: <Document>(params: RxStorageInstanceCreationParams<Document, Record<string, never>>) => {
      if (!isLean(params.collectionName)) return stock.createStorageInstance(params);
      const internals = getDexieDbWithTables(params.databaseName, params.collectionName, stock.settings, params.schema);
      const instance = new LeanInstance(
        stock,
        params.databaseName,
        params.collectionName,
        params.schema,
        internals,
        params.options,
        stock.settings,
        params.devMode,
      );
      // Other tabs follow the documents; the metadata is for the one that replicates.
      if (isCollection(params.collectionName)) addRxStorageMultiInstanceSupport(stock.name, params, instance);
      return Promise.resolve(instance);
    },
  };
  return storage;
}

class LeanInstance<Document> extends RxStorageInstanceDexie<Document> {
  override async bulkWrite(rows: BulkWriteRow<Document>[], context: string): Promise<RxStorageBulkWriteResponse<Document>> {
    const { dexieDb, dexieTable: table } = await this.internals;
    const categorized = await dexieDb.transaction('rw', table, async () => {
      const standing = await this.#find(
        table,
        rows.map((row) => this.#idOf(row.document)),
      );
      const standingById = new Map(standing.map((document) => [this.#idOf(document), document]));
      // RxDB types the same key once with and once without its own fields.
      const key = this.primaryPath as Extract<keyof Document, string>;
      const sorted = categorizeBulkWriteRows<Document>(this, key, standingById, rows, context);
      const written = [...sorted.bulkInsertDocs, ...sorted.bulkUpdateDocs].map((row) => row.document);
      if (written.length > 0) await table.bulkPut(written);
      return sorted;
    });
    const newest = categorized.newestRow?.document;
    if (categorized.eventBulk.events.length > 0 && newest) {
      categorized.eventBulk.checkpoint = { id: this.#idOf(newest), lwt: newest._meta.lwt };
      this.#changes.next(categorized.eventBulk);
    }
    return { error: categorized.errors };
  }

  override async findDocumentsById(ids: string[], withDeleted: boolean): Promise<RxDocumentData<Document>[]> {
    const { dexieTable: table } = await this.internals;
    const found = await this.#find(table, ids);
    return withDeleted ? found : found.filter((document) => !document._deleted);
  }

  override async query({ query }: PreparedQuery<Document>): Promise<RxStorageQueryResult<Document>> {
    const { dexieTable: table } = await this.internals;
    const all: RxDocumentData<Document>[] = await table.toArray();
    // The commonest query of all is for everything that is there.
    const isForAll = Object.keys(query.selector).every((field) => field === '_deleted');
    const matches = getQueryMatcher(this.schema, query);
    const found = all.filter((document) => (isForAll ? !document._deleted : matches(document))).sort(getSortComparator(this.schema, query));
    const skip = query.skip ?? 0;
    return { documents: found.slice(skip, skip + (query.limit ?? Infinity)) };
  }

  override async count(prepared: PreparedQuery<Document>): Promise<RxStorageCountResult> {
    return { count: (await this.query(prepared)).documents.length, mode: 'fast' };
  }

  async getChangedDocumentsSince(limit: number, since?: RxStorageDefaultCheckpoint) {
    const { dexieTable: table } = await this.internals;
    const checkpoint = since ?? { id: '', lwt: 0 };
    if (!isPushed(this.collectionName)) return { documents: [], checkpoint };
    const documents: RxDocumentData<Document>[] = await table.where(byTime).above([checkpoint.lwt, checkpoint.id]).limit(limit).toArray();
    const last = documents.at(-1);
    return { documents, checkpoint: last ? { id: this.#idOf(last), lwt: last._meta.lwt } : checkpoint };
  }

  /** Nothing is cleaned up by age: the server says what is to go. */
  override cleanup(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async #find(table: Table, ids: string[]): Promise<RxDocumentData<Document>[]> {
    let asked = ids;
    if (ids.length >= manyIds) {
      const sorted = ids.toSorted();
      const there = new Set<unknown>(await table.where(':id').between(sorted[0], sorted.at(-1), true, true).primaryKeys());
      asked = ids.filter((id) => there.has(id));
      if (asked.length === 0) return [];
    }
    const found: (RxDocumentData<Document> | undefined)[] = await table.bulkGet(asked);
    return found.filter((document) => document !== undefined);
  }

  #idOf(document: object): string {
    return String(Reflect.get(document, this.primaryPath));
  }

  get #changes(): Subject<EventBulk<RxStorageChangeEvent<RxDocumentData<Document>>, RxStorageDefaultCheckpoint>> {
    const changes: unknown = Reflect.get(this, 'changes$');
    // RxDB is pinned to the exact version in which this is the instance's own stream of events.
    if (!(changes instanceof Subject)) throw new Error('RxDB’s Dexie storage has changed.');
    return changes;
  }
}

/** Takes the indexes that nothing reads out of the tables that the stock storage declares. */
function keepFewIndexes(database: Dexie, name: string): void {
  const collection = name.split('--')[2] ?? '';
  if (!isLean(collection)) return;
  const declare = database.version.bind(database);
  database.version = (number) => {
    const version = declare(number);
    const tables = version.stores.bind(version);
    version.stores = (schema) => tables({ ...schema, docs: isPushed(collection) ? `id, ${byTime}` : 'id' });
    return version;
  };
}

const metadataPrefix = 'rx-replication-meta-';

function isLean(collection: string): boolean {
  return isCollection(collection) || collection.startsWith(metadataPrefix);
}

function isPushed(collection: string): boolean {
  return isCollection(collection) && collections[collection].pushedBy !== null;
}

function isCollection(name: string): name is CollectionName {
  return name in collections;
}
