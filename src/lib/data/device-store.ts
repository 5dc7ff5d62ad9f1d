import { Dexie, type DexieOptions, type Table } from 'dexie';
import * as v from 'valibot';
import { draftPrefix, OwnerStore, type OwnerTables } from './owner-store.ts';
import { createKey, sealValue, unsealValue } from './sealing/seal.ts';

export type { OwnerStore, QuarantineEntry } from './owner-store.ts';

/** One tab tells the others that somebody's quarantine has changed. */
const quarantineNews = v.object({ owner: v.string() });

const roomFact = 'room';
/** A page of documents, or a photo. */
const roomBytes = 256 * 1024;

interface DeviceFact {
  readonly key: string;
  readonly value: unknown;
}

export interface DeviceStoreOptions {
  readonly name?: string;
  /** IndexedDB of another realm, for tests in Node. */
  readonly dexie?: Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'>;
  /** Between the tabs of one browser; null where there is only one. */
  readonly channel?: BroadcastChannel | null;
}

interface StoredKey {
  readonly id: 'device';
  readonly key: CryptoKey;
}

/** What belongs to the device, whoever uses it. */
export interface DeviceFacts {
  /** A fact of the device: its id, the clock's offset, a person's wrapped key. Nothing that tells of a person. */
  fact(key: string): Promise<unknown>;
  setFact(key: string, value: unknown): Promise<void>;
  removeFact(key: string): Promise<void>;
  /** The key that no script can copy from this device. */
  deviceKey(): Promise<CryptoKey>;
}

/** What the device itself remembers, beside the synced documents. */
export class DeviceStore implements DeviceFacts {
  readonly #dexie: Dexie;
  readonly #device: Table<DeviceFact, string>;
  readonly #keys: Table<StoredKey, string>;
  readonly #tables: OwnerTables;
  readonly #channel: BroadcastChannel | null;
  readonly #owners = new Map<string, OwnerStore>();
  #key: Promise<CryptoKey> | null = null;

  constructor({ name = 'studystreaks-device', dexie, channel = null }: DeviceStoreOptions = {}) {
    this.#dexie = new Dexie(name, dexie);
    this.#dexie.version(1).stores({
      device: 'key',
      facts: '[owner+key], owner',
      quarantine: '[owner+collection+id], owner',
    });
    // What lay here before it was sealed is not kept.
    this.#dexie
      .version(2)
      .stores({ keys: 'id' })
      .upgrade(async (upgrade) => {
        for (const name of ['device', 'facts', 'quarantine']) await upgrade.table(name).clear();
      });
    this.#device = this.#dexie.table('device');
    this.#keys = this.#dexie.table('keys');
    this.#tables = {
      facts: this.#dexie.table('facts'),
      quarantine: this.#dexie.table('quarantine'),
    };
    this.#channel = channel;
    channel?.addEventListener('message', (event: MessageEvent<unknown>) => {
      const news = v.safeParse(quarantineNews, event.data);
      if (news.success) this.#owners.get(news.output.owner)?.hear();
    });
  }

  async fact(key: string): Promise<unknown> {
    return (await this.#device.get(key))?.value;
  }

  async setFact(key: string, value: unknown): Promise<void> {
    await this.#device.put({ key, value });
  }

  async removeFact(key: string): Promise<void> {
    await this.#device.delete(key);
  }

  /** A fact that tells of people; null where it cannot be read any more. */
  async sealedFact(key: string): Promise<unknown> {
    return this.#unsealed(key, await this.fact(key));
  }

  /** The sealed facts whose key begins so; what cannot be read any more is left out. */
  async sealedFacts(prefix: string): Promise<unknown[]> {
    const facts = await this.#device.where('key').startsWith(prefix).toArray();
    const values = await Promise.all(facts.map(({ key, value }) => this.#unsealed(key, value)));
    return values.filter((value) => value !== null);
  }

  async setSealedFact(key: string, value: unknown): Promise<void> {
    await this.setFact(key, await sealValue(await this.deviceKey(), key, value));
  }

  async #unsealed(key: string, sealed: unknown): Promise<unknown> {
    if (!(sealed instanceof ArrayBuffer)) return null;
    // Damaged, or of a device key that the browser has thrown away: nobody will read it again.
    return unsealValue(await this.deviceKey(), key, sealed).catch(() => null);
  }

  /** The first tab that needs it makes it. */
  deviceKey(): Promise<CryptoKey> {
    this.#key ??= this.#loadKey();
    return this.#key;
  }

  async #loadKey(): Promise<CryptoKey> {
    const standing = await this.#keys.get('device');
    if (standing) return standing.key;
    const key = await createKey();
    return this.#dexie.transaction('rw', this.#keys, async () => {
      const other = await this.#keys.get('device');
      if (other) return other.key;
      await this.#keys.add({ id: 'device', key });
      return key;
    });
  }

  /** Puts `value` down unless another tab was first, and returns what stands. */
  claimFact(key: string, value: unknown): Promise<unknown> {
    return this.#dexie.transaction('rw', this.#device, async () => {
      const standing = await this.#device.get(key);
      if (standing) return standing.value;
      await this.#device.add({ key, value });
      return value;
    });
  }

  /** The part that belongs to one school and user, sealed under their key; the same object until it is left. */
  of(owner: string, key: CryptoKey): OwnerStore {
    const standing = this.#owners.get(owner);
    if (standing) return standing;
    const store = new OwnerStore(owner, key, this.#tables, () =>
      this.#channel?.postMessage({ owner } satisfies v.InferInput<typeof quarantineNews>),
    );
    this.#owners.set(owner, store);
    return store;
  }

  /** Lets go of a person's key. */
  leave(owner: string): void {
    this.#owners.delete(owner);
  }

  /** Whether own work of a person lies here beside the documents: unfinished writing, or what was set aside. */
  async holdsOwnWork(owner: string): Promise<boolean> {
    const { facts, quarantine } = this.#tables;
    if ((await quarantine.where('owner').equals(owner).count()) > 0) return true;
    const keys = await facts.where('owner').equals(owner).primaryKeys();
    return keys.some(([, key]) => key.startsWith(draftPrefix));
  }

  /** Forgets everything of a person. */
  async wipe(owner: string): Promise<void> {
    const { facts, quarantine } = this.#tables;
    await this.#dexie.transaction('rw', facts, quarantine, async () => {
      for (const table of [facts, quarantine]) await table.where('owner').equals(owner).delete();
    });
    this.leave(owner);
  }

  /** @throws where the device cannot keep anything of worth */
  async tryToKeep(): Promise<void> {
    await this.setFact(roomFact, new Uint8Array(roomBytes));
    await this.removeFact(roomFact);
  }

  close(): void {
    this.#channel?.close();
    this.#dexie.close();
  }
}
