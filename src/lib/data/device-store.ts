import { Dexie, type DexieOptions, type Table } from 'dexie';
import * as v from 'valibot';
import { OwnerStore, type OwnedFact, type OwnerTables } from './owner-store.ts';

export type { OwnerStore, QuarantineEntry } from './owner-store.ts';

/** One tab tells the others that somebody's quarantine has changed. */
const quarantineNews = v.object({ owner: v.string() });

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

/** What the device itself remembers, beside the synced documents. */
export class DeviceStore {
  readonly #dexie: Dexie;
  readonly #device: Table<DeviceFact, string>;
  readonly #tables: OwnerTables;
  readonly #channel: BroadcastChannel | null;
  readonly #owners = new Map<string, OwnerStore>();

  constructor({ name = 'studystreaks-device', dexie, channel = null }: DeviceStoreOptions = {}) {
    this.#dexie = new Dexie(name, dexie);
    this.#dexie.version(1).stores({
      device: 'key',
      facts: '[owner+key], owner',
      quarantine: '[owner+collection+id], owner',
    });
    this.#device = this.#dexie.table('device');
    this.#tables = {
      dexie: this.#dexie,
      facts: this.#dexie.table<OwnedFact, [string, string]>('facts'),
      quarantine: this.#dexie.table('quarantine'),
    };
    this.#channel = channel;
    channel?.addEventListener('message', (event: MessageEvent<unknown>) => {
      const news = v.safeParse(quarantineNews, event.data);
      if (news.success) this.#owners.get(news.output.owner)?.hear();
    });
  }

  /** A fact of the device, whoever uses it: its id, the remembered session, the clock's offset. */
  async fact(key: string): Promise<unknown> {
    return (await this.#device.get(key))?.value;
  }

  async setFact(key: string, value: unknown): Promise<void> {
    await this.#device.put({ key, value });
  }

  async removeFact(key: string): Promise<void> {
    await this.#device.delete(key);
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

  /** The part that belongs to one school and user; the same object each time. */
  of(owner: string): OwnerStore {
    const standing = this.#owners.get(owner);
    if (standing) return standing;
    const store = new OwnerStore(owner, this.#tables, () =>
      this.#channel?.postMessage({ owner } satisfies v.InferInput<typeof quarantineNews>),
    );
    this.#owners.set(owner, store);
    return store;
  }

  close(): void {
    this.#channel?.close();
    this.#dexie.close();
  }
}
