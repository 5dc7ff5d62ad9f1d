import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import { collectionNames, type CollectionName } from '#domain/collections/index.ts';
import { DeviceStore } from '../../data/device-store.ts';
import { Homework } from '../../data/homework.ts';
import { LocalDatabase } from '../../data/local-database.ts';
import { logStorage, type DeviceStorage } from '../../data/log/log-storage.ts';
import { memoryMedium } from '../../data/log/medium.ts';
import { ownerKey, type Owner } from '../../data/owner.ts';
import { createKey } from '../../data/sealing/seal.ts';
import { WorkAside } from '../../data/setting-aside.ts';
import { offsetAfter } from '../clock.ts';
import { SyncEngine } from '../engine.ts';
import type { Fetch } from '../http.ts';
import type { OpenEventStream } from '../stream.ts';

export interface DeviceOptions {
  readonly owner: Owner;
  readonly fetch: Fetch;
  readonly openStream?: OpenEventStream | null;
  readonly onLive?: () => void;
  readonly collections?: readonly CollectionName[];
  readonly random?: () => number;
  /** The device's clock, right or wrong. */
  readonly now?: () => Date;
  readonly storage?: DeviceStorage;
  /** Instead of one in this device's own memory. */
  readonly store?: DeviceStore;
  /** Whether it opens its database as a tab among others, as browsers do. */
  readonly isShared?: boolean;
  readonly deviceId?: string;
  readonly pageSize?: number;
}

/** Nobody's device has all: of more than 13 in one process RxDB keeps each waiting for two seconds. */
const ofFew = new Set<CollectionName>(['groups', 'cheers', 'child_requests']);
const ofMost = collectionNames.filter((name) => !ofFew.has(name));

/** A whole device, in Node unless it is given a browser's stores: what survives a killed tab survives `kill` and `open` here. */
export class TestDevice {
  readonly #options: DeviceOptions;
  readonly #storage: DeviceStorage;
  readonly #indexedDb = new IDBFactory();
  readonly deviceId: string;
  store: DeviceStore;
  offsetMs: number | null = null;
  /** The server's times at which this device had all that the server had, in milliseconds. */
  contacts: number[] = [];
  failures: unknown[] = [];
  #key: CryptoKey | null = null;
  #database: LocalDatabase | null = null;
  #engine: SyncEngine | null = null;
  #homework: Homework | null = null;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.deviceId = options.deviceId ?? uuidv7();
    this.#storage = options.storage ?? memoryStorage();
    this.store = this.#openStore();
  }

  #openStore(): DeviceStore {
    return this.#options.store ?? new DeviceStore({ dexie: { indexedDB: this.#indexedDb, IDBKeyRange } });
  }

  get database(): LocalDatabase {
    if (!this.#database) throw new Error('The device is off.');
    return this.#database;
  }

  get engine(): SyncEngine {
    if (!this.#engine) throw new Error('The device is off.');
    return this.#engine;
  }

  get homework(): Homework {
    if (!this.#homework) throw new Error('The device is off.');
    return this.#homework;
  }

  get own() {
    if (!this.#key) throw new Error('The device was never on.');
    return this.store.of(ownerKey(this.#options.owner), this.#key);
  }

  async open(): Promise<this> {
    const {
      owner,
      collections = ofMost,
      random = Math.random,
      now = () => new Date(),
      openStream = null,
      onLive,
      pageSize,
      isShared = false,
    } = this.#options;
    this.#key ??= await createKey();
    const aside = new WorkAside(this.own, now);
    this.#database = await LocalDatabase.open({ owner, collections, storage: this.#storage, aside, isShared });
    this.#engine = new SyncEngine({
      database: this.#database,
      store: this.own,
      aside,
      deviceId: this.deviceId,
      fetch: this.#options.fetch,
      openStream,
      ...(onLive && { onLive }),
      random,
      now,
      ...(pageSize !== undefined && { pageSize }),
      onFacts: () => undefined,
      onClock: (sample) => {
        this.offsetMs = offsetAfter(this.offsetMs, sample);
      },
      onUpToDate: (server) => {
        this.contacts.push(server);
      },
      onAccessEnded: () => undefined,
      onPersistFailure: (reason) => {
        this.failures.push(reason);
      },
    });
    await this.#engine.recall();
    this.#homework = new Homework({ database: this.#database, now, clockOffsetMs: () => this.offsetMs });
    return this;
  }

  async start(): Promise<this> {
    if (!this.#database) await this.open();
    void this.engine.start();
    return this;
  }

  /** Ends at once, wherever things stand. */
  async kill(): Promise<void> {
    await this.#engine?.stop();
    await this.#database?.close();
    this.#engine = null;
    this.#database = null;
    this.#homework = null;
    if (this.#options.store) return;
    // What was only in memory is gone.
    this.store.close();
    this.store = this.#openStore();
  }

  /** Ids with versions of all that is here. */
  async versions(collection: CollectionName): Promise<(readonly [string, number])[]> {
    return (await this.database.versions(collection)).toSorted(([one], [other]) => (one < other ? -1 : 1));
  }

  async dispose(): Promise<void> {
    await this.kill();
    this.store.close();
  }
}

/** The product's storage on a log in memory, which outlives the closing of its database. */
export function memoryStorage(): DeviceStorage {
  const medium = memoryMedium();
  return logStorage({ mediumOf: () => medium });
}
