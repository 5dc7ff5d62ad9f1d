import {
  createRxDatabase,
  normalizeMangoQuery,
  prepareQuery,
  type MangoQuery,
  type RxCollection,
  type RxDatabase,
  type WithDeleted,
} from 'rxdb/plugins/core';
import { collections, type CollectionName, type DocumentOf } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import type { WireDocument } from '#domain/sync/protocol.ts';
import { conflictHandlerOf, type SettingAside } from './conflicts.ts';
import { jsonSchemaOf, type StoredDocument } from './json-schema.ts';
import { lead } from './leadership.ts';
import type { DeviceStorage } from './log/log-storage.ts';
import { databaseName, type Owner } from './owner.ts';
import { replicate, type Replication, type ReplicationHandlers } from './replication.ts';
import type { UnsentWork } from './unsent-work.ts';

export interface OpenOptions {
  readonly owner: Owner;
  /** The collections of the person's role, as the session tells them. */
  readonly collections: readonly CollectionName[];
  readonly storage: DeviceStorage;
  readonly aside: SettingAside;
  /** Whether other tabs open the same database. */
  readonly isShared: boolean;
  /** Stands around each write of the person's own. */
  readonly aroundWork?: AroundWork;
}

export type AroundWork = <Done>(work: () => Promise<Done>) => Promise<Done>;

type Comparison<T> =
  T | { readonly $in?: readonly T[]; readonly $ne?: T; readonly $gte?: T; readonly $lte?: T; readonly $gt?: T; readonly $lt?: T };
type FieldOf<Document> = Document extends unknown ? keyof Document & string : never;
type ValueOf<Document, Field extends string> = Document extends unknown ? (Field extends keyof Document ? Document[Field] : never) : never;

/** What to read of a collection: by the values of fields, sorted, at most so many. */
export interface Query<Name extends CollectionName> {
  readonly where?: { readonly [Field in FieldOf<DocumentOf<Name>>]?: Comparison<ValueOf<DocumentOf<Name>, Field>> };
  readonly sort?: readonly { readonly [Field in FieldOf<DocumentOf<Name>>]?: 'asc' | 'desc' }[];
  readonly limit?: number;
}

class GoneMeanwhile extends Error {}

/** One person's database on this device. The only door to RxDB. */
export class LocalDatabase {
  readonly owner: Owner;
  readonly name: string;
  /** What waits for the server. */
  readonly unsent: UnsentWork;
  readonly #aside: SettingAside;
  readonly #aroundWork: AroundWork;
  readonly #database: RxDatabase;
  readonly #collections: ReadonlyMap<CollectionName, RxCollection<StoredDocument>>;
  readonly #end = new AbortController();
  #leading: Promise<void> | null;

  private constructor(
    { owner, storage, aside, isShared, aroundWork = (work) => work() }: OpenOptions,
    database: RxDatabase,
    opened: ReadonlyMap<CollectionName, RxCollection<StoredDocument>>,
  ) {
    this.owner = owner;
    this.name = database.name;
    this.unsent = storage.unsentIn(database.name);
    this.#aside = aside;
    this.#aroundWork = aroundWork;
    this.#database = database;
    this.#collections = opened;
    this.#leading = isShared ? null : Promise.resolve();
  }

  static async open(options: OpenOptions): Promise<LocalDatabase> {
    const name = await databaseName(options.owner);
    const database: RxDatabase = await createRxDatabase({
      name,
      storage: options.storage,
      multiInstance: options.isShared,
      eventReduce: true,
      closeDuplicates: true,
    });
    const definitions = options.collections.map((collection) => [
      collection,
      { schema: jsonSchemaOf(collections[collection]), conflictHandler: conflictHandlerOf(collection, options.aside) },
    ]);
    await database.addCollections(Object.fromEntries(definitions));
    const opened = new Map(
      options.collections.map((collection) => [collection, must(database.collections[collection], 'each collection was opened')]),
    );
    return new LocalDatabase(options, database, opened);
  }

  get collectionNames(): readonly CollectionName[] {
    return [...this.#collections.keys()];
  }

  holds(collection: CollectionName): boolean {
    return this.#collections.has(collection);
  }

  /** Calls `listener` with the result now and after every change, of other tabs too. Returns the end of it. */
  observe<Name extends CollectionName>(
    collection: Name,
    query: Query<Name>,
    listener: (documents: readonly DocumentOf<Name>[]) => void,
  ): () => void {
    const subscription = this.#collection(collection)
      .find(toMango(query))
      .$.subscribe((found) => {
        listener(found.map((document) => toDocument(collection, document._data)));
      });
    return () => {
      subscription.unsubscribe();
    };
  }

  async find<Name extends CollectionName>(collection: Name, query: Query<Name> = {}): Promise<DocumentOf<Name>[]> {
    const found = await this.#collection(collection).find(toMango(query)).exec();
    return found.map((document) => toDocument(collection, document._data));
  }

  /** The documents of these ids, as far as they are there. */
  async get<Name extends CollectionName>(collection: Name, ids: readonly string[]): Promise<DocumentOf<Name>[]> {
    const found = await this.#collection(collection)
      .findByIds([...ids])
      .exec();
    return Array.from(found.values(), (document) => toDocument(collection, document._data));
  }

  /** Documents as they are stored, those that are gone among them when `withDeleted`. */
  async stored(collection: CollectionName, ids: readonly string[], withDeleted: boolean): Promise<WireDocument[]> {
    return this.#collection(collection).storageInstance.findDocumentsById([...ids], withDeleted);
  }

  /** Id and version of every document that is not gone (S23). */
  async versions(collection: CollectionName): Promise<[id: string, version: number][]> {
    // Straight from the storage: ten thousand documents need not become RxDB's objects for this.
    const { storageInstance, schema } = this.#collection(collection);
    const everything = normalizeMangoQuery<StoredDocument>(schema.jsonSchema, { selector: { _deleted: { $eq: false } } });
    const { documents } = await storageInstance.query(prepareQuery(schema.jsonSchema, everything));
    return documents.map(({ id, version }) => [id, version]);
  }

  /** @throws Error when a document of that id is there already */
  async insert<Name extends CollectionName>(collection: Name, documents: readonly DocumentOf<Name>[]): Promise<void> {
    const result = await this.#aroundWork(() => this.#collection(collection).bulkInsert(documents.map((document) => ({ ...document }))));
    const [failure] = result.error;
    if (failure) throw new Error(`The device could not keep ${collection}/${failure.documentId} (status ${String(failure.status)}).`);
  }

  /**
   * Where the document goes in the very moment of the change, with it the right to it perhaps, the change is set aside: words must
   * not come to lie on a tombstone (S15, S27).
   *
   * @throws Error when there is no such document
   */
  async patch(collection: CollectionName, id: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    const document = must(await this.#collection(collection).findOne(id).exec(), `${collection}/${id} is on this device`);
    const change = (standing: WithDeleted<StoredDocument>) => {
      if (standing._deleted) throw new GoneMeanwhile();
      return { ...standing, ...fields };
    };
    await this.#aroundWork(() => document.incrementalModify(change)).catch(async (reason: unknown) => {
      if (!(reason instanceof GoneMeanwhile)) throw reason;
      await this.#aside.setAside(collection, id, 'changed', fields);
    });
  }

  async remove(collection: CollectionName, id: string): Promise<void> {
    const document = await this.#collection(collection).findOne(id).exec();
    if (document) await this.#aroundWork(() => document.incrementalRemove());
  }

  replicate(collection: CollectionName, handlers: ReplicationHandlers): Replication {
    return replicate(this.#collection(collection), collection, handlers);
  }

  /** Resolves in the one tab that replicates. */
  waitForLeadership(): Promise<void> {
    this.#leading ??= lead(navigator.locks, this.name, this.#end.signal);
    return this.#leading;
  }

  async close(): Promise<void> {
    // No other tab leads while this one has not written all.
    await this.#database.close().finally(() => {
      this.#end.abort();
    });
  }

  #collection(name: CollectionName): RxCollection<StoredDocument> {
    return must(this.#collections.get(name), `the role has the collection ${name}`);
  }
}

function toMango({
  where,
  sort,
  limit,
}: {
  readonly where?: object;
  readonly sort?: readonly object[];
  readonly limit?: number;
}): MangoQuery<StoredDocument> {
  const query: MangoQuery<StoredDocument> = { selector: { ...where } };
  if (sort) query.sort = sort.map((by) => ({ ...by }));
  if (limit !== undefined) query.limit = limit;
  return query;
}

const documents = new WeakMap<object, unknown>();

/** Strips RxDB's own fields; one object for one stored state, so that a screen sees what has not changed as the same. */
function toDocument<Name extends CollectionName>(_collection: Name, data: StoredDocument): DocumentOf<Name> {
  let document = documents.get(data);
  if (!document) {
    const { _rev, _meta, _deleted, _attachments, ...fields } = data;
    document = fields;
    documents.set(data, document);
  }
  // Parse edge: what lies in the database was validated by the server or by this device's actions.
  return document as DocumentOf<Name>;
}
