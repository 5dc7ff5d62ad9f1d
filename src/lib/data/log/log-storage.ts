import {
  ensureRxStorageInstanceParamsAreCorrect,
  getPrimaryFieldOfPrimaryKey,
  type BulkWriteRow,
  type PreparedQuery,
  type RxDocumentData,
  type RxStorage,
  type RxStorageInstance,
  type RxStorageInstanceCreationParams,
  type RxStorageQueryResult,
} from 'rxdb/plugins/core';
import { getRxStorageMemory, type RxStorageInstanceMemory } from 'rxdb/plugins/storage-memory';
import { RXDB_VERSION } from 'rxdb/plugins/utils';
import { v7 as uuidv7 } from 'uuid';
import type { Lens } from '#domain/sync/lenses/lens.ts';
import { UnsentWork } from '../unsent-work.ts';
import { Log } from './log.ts';
import { LogNames } from './log-names.ts';
import type { LogReader } from './log-options.ts';
import type { LogMedium } from './medium.ts';
import { plainQuery } from './plain-query.ts';
import type { LogAnswer, LogRow } from './waiting-writes.ts';

/** RxDB's storage, and what waits in the databases that lie in it. */
export interface DeviceStorage extends RxStorage<unknown, unknown> {
  /** Of a database that is open. */
  unsentIn(databaseName: string): UnsentWork;
}

export interface LogStorageOptions {
  /** Where the log of a database lies. */
  readonly mediumOf: (databaseName: string) => LogMedium;
  /** Between the tabs of one browser; null where there is only one. */
  readonly channelOf?: (databaseName: string) => BroadcastChannel | null;
  /** Something that was kept could not be read: the rest stands, and the server is asked anew. */
  readonly onDamage?: () => void;
  /** Every change in the shape of documents up to the app that opens a log (S28); those of today where it is not said. */
  readonly lenses?: () => readonly Lens[];
}

interface OpenLog {
  readonly log: Promise<Log>;
  readonly unsent: UnsentWork;
  users: number;
}

/**
 * RxDB on one log a database. Its documents lie in RxDB's memory storage, which answers every query; each write is one
 * entry of the log, and is shown when that is durable. Measured against RxDB's Dexie storage in tests/bench.
 */
export function logStorage({ mediumOf, channelOf = () => null, onDamage = () => undefined, lenses }: LogStorageOptions): DeviceStorage {
  const logs = new Map<string, OpenLog>();
  // RxDB takes two databases of one name and one storage for the same: tests have several devices in one realm.
  const name = `log-${uuidv7()}`;

  const openLog = (databaseName: string): OpenLog => {
    const standing = logs.get(databaseName);
    if (standing) return standing;
    const unsent = new UnsentWork();
    const log = LogNames.load(lenses?.()).then((names) =>
      Log.open({
        medium: mediumOf(databaseName),
        names,
        channel: channelOf(databaseName),
        onUnsent: unsent.changed,
        onDamage,
      }),
    );
    const opened = { log: log.then((ready) => (unsent.follow(ready.state), ready)), unsent, users: 0 };
    logs.set(databaseName, opened);
    return opened;
  };

  return {
    name,
    rxdbVersion: RXDB_VERSION,
    unsentIn: (databaseName) => openLog(databaseName).unsent,
    async createStorageInstance<Document>(params: RxStorageInstanceCreationParams<Document, unknown>) {
      ensureRxStorageInstanceParamsAreCorrect(params);
      if (getPrimaryFieldOfPrimaryKey(params.schema.primaryKey) !== 'id')
        throw new Error(`The log keeps documents by their id: give ${params.collectionName} the primary key 'id'.`);
      const opened = openLog(params.databaseName);
      opened.users++;
      try {
        const log = await opened.log;
        const memory = await memoryInstance(params);
        const detach = await log.attach(params.collectionName, memory as unknown as LogReader);
        return new LogInstance<Document>(memory, log, async () => {
          await log.idle();
          detach();
          await leave();
        });
      } catch (reason) {
        await leave().catch(() => undefined);
        throw reason;
      }

      async function leave(): Promise<void> {
        opened.users--;
        if (opened.users > 0 || logs.get(params.databaseName) !== opened) return;
        logs.delete(params.databaseName);
        await opened.log.then((log) => log.close());
      }
    },
  };
}

/** Each instance has a memory of its own: what is in it is what the log says. */
function memoryInstance<Document>(params: RxStorageInstanceCreationParams<Document, unknown>): Promise<RxStorageInstanceMemory<Document>> {
  const storage = Object.assign(getRxStorageMemory(), { collectionStates: new Map() });
  return storage.createStorageInstance<Document>({ ...params, options: {} }) as Promise<RxStorageInstanceMemory<Document>>;
}

class LogInstance<Document> implements RxStorageInstance<Document, unknown, unknown> {
  readonly databaseName: string;
  readonly collectionName: string;
  readonly schema: RxStorageInstanceMemory<Document>['schema'];
  readonly internals: RxStorageInstanceMemory<Document>['internals'];
  readonly options: Readonly<unknown> = {};
  readonly #memory: RxStorageInstanceMemory<Document>;
  readonly #log: Log;
  readonly #leave: () => Promise<void>;
  #closing: Promise<void> | null = null;

  constructor(memory: RxStorageInstanceMemory<Document>, log: Log, leave: () => Promise<void>) {
    this.#memory = memory;
    this.#log = log;
    this.#leave = leave;
    this.databaseName = memory.databaseName;
    this.collectionName = memory.collectionName;
    this.schema = memory.schema;
    this.internals = memory.internals;
  }

  async bulkWrite(rows: BulkWriteRow<Document>[], context: string) {
    // One log holds documents of every kind; what comes back is what was handed in.
    return this.#log.write(this.collectionName, rows as unknown as LogRow[], context) as Promise<LogAnswer> as never;
  }

  findDocumentsById(ids: string[], withDeleted: boolean): Promise<RxDocumentData<Document>[]> {
    return this.#memory.findDocumentsById(ids, withDeleted);
  }

  query(prepared: PreparedQuery<Document>): Promise<RxStorageQueryResult<Document>> {
    const plain = plainQuery(this.schema, prepared);
    if (!plain) return this.#memory.query(prepared);
    this.#memory.ensurePersistence();
    return Promise.resolve({ documents: plain(this.internals.documents.values()) });
  }

  count(prepared: PreparedQuery<Document>) {
    return this.#memory.count(prepared);
  }

  changeStream() {
    return this.#memory.changeStream();
  }

  getAttachmentData(): Promise<never> {
    return Promise.reject(new Error('Files do not lie in RxDB (S25).'));
  }

  /** Takes tombstones away, but none that the server has not heard of (I3). */
  async cleanup(minimumDeletedTime: number): Promise<boolean> {
    await this.#log.idle();
    if (!this.#log.cleanUp(this.collectionName, Date.now() - minimumDeletedTime)) return false;
    return this.#memory.cleanup(minimumDeletedTime);
  }

  close(): Promise<void> {
    this.#closing ??= this.#leave().then(() => this.#memory.close());
    return this.#closing;
  }

  async remove(): Promise<void> {
    this.#log.drop(this.collectionName);
    await this.close();
  }
}
