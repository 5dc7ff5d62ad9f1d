import { Dexie, type DexieOptions, type Table } from 'dexie';
import type { CollectionName } from '#domain/collections/index.ts';

/** A person's local work on its way to the server. Written before the document itself, so that it can only say too much. */
export interface UnsentEntry {
  readonly collection: CollectionName;
  readonly id: string;
  /** ISO instant of the device's clock when the work was first put down. */
  readonly since: string;
}

/** Work that the server did not take: the person's own changed fields and nothing else (S15). */
export interface QuarantineEntry {
  readonly collection: CollectionName;
  readonly id: string;
  /** `created`: the whole document was theirs. `changed`: fields of a document that is there. */
  readonly kind: 'created' | 'changed' | 'removed';
  readonly fields: Readonly<Record<string, unknown>>;
  /** An error code of `domain/errors.ts`, or `clash` where two people changed one field. */
  readonly code: string;
  readonly message: string;
  /** ISO instant. */
  readonly at: string;
  /** The person has seen it and keeps it for later. */
  readonly isKept: boolean;
}

interface Owned {
  readonly owner: string;
}
interface OwnedFact extends Owned {
  readonly key: string;
  readonly value: unknown;
}
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
  readonly #changes: Changes;

  constructor({ name = 'studystreaks-device', dexie, channel = null }: DeviceStoreOptions = {}) {
    this.#dexie = new Dexie(name, dexie);
    this.#changes = new Changes(channel);
    this.#dexie.version(1).stores({
      device: 'key',
      facts: '[owner+key], owner',
      unsent: '[owner+collection+id], owner',
      quarantine: '[owner+collection+id], owner',
    });
    this.#device = this.#dexie.table('device');
    this.#tables = {
      dexie: this.#dexie,
      facts: this.#dexie.table('facts'),
      unsent: this.#dexie.table('unsent'),
      quarantine: this.#dexie.table('quarantine'),
    };
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

  of(owner: string): OwnerStore {
    return new OwnerStore(owner, this.#tables, this.#changes);
  }

  close(): void {
    this.#changes.close();
    this.#dexie.close();
  }
}

interface OwnerTables {
  readonly dexie: Dexie;
  readonly facts: Table<OwnedFact, [string, string]>;
  readonly unsent: Table<UnsentEntry & Owned, [string, string, string]>;
  readonly quarantine: Table<QuarantineEntry & Owned, [string, string, string]>;
}

/** Tells who listens, in this tab and in the others, that an owner's work or quarantine has changed. */
class Changes {
  readonly #channel: BroadcastChannel | null;
  readonly #listeners = new Map<() => void, string>();

  constructor(channel: BroadcastChannel | null) {
    this.#channel = channel;
    channel?.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (typeof event.data === 'string') this.#tell(event.data);
    });
  }

  listen(owner: string, listener: () => void): () => void {
    this.#listeners.set(listener, owner);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  changed(owner: string): void {
    this.#tell(owner);
    this.#channel?.postMessage(owner);
  }

  close(): void {
    this.#listeners.clear();
    this.#channel?.close();
  }

  #tell(owner: string): void {
    for (const [listener, listened] of this.#listeners) if (listened === owner) listener();
  }
}

/** The part of the device's store that belongs to one school and user. */
export class OwnerStore {
  readonly owner: string;
  readonly #tables: OwnerTables;
  readonly #changes: Changes;

  constructor(owner: string, tables: OwnerTables, changes: Changes) {
    this.owner = owner;
    this.#tables = tables;
    this.#changes = changes;
  }

  async fact(key: string): Promise<unknown> {
    return (await this.#tables.facts.get([this.owner, key]))?.value;
  }

  async setFact(key: string, value: unknown): Promise<void> {
    await this.#tables.facts.put({ owner: this.owner, key, value });
  }

  async removeFact(key: string): Promise<void> {
    await this.#tables.facts.delete([this.owner, key]);
  }

  async addUnsent(entries: readonly UnsentEntry[]): Promise<void> {
    await this.#tables.unsent.bulkPut(entries.map((entry) => ({ ...entry, owner: this.owner })));
    this.#changes.changed(this.owner);
  }

  async removeUnsent(collection: CollectionName, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#tables.unsent.bulkDelete(ids.map((id) => [this.owner, collection, id]));
    this.#changes.changed(this.owner);
  }

  async unsent(): Promise<UnsentEntry[]> {
    const rows = await this.#tables.unsent.where('owner').equals(this.owner).toArray();
    return rows.map(({ collection, id, since }) => ({ collection, id, since })).sort((one, other) => one.since.localeCompare(other.since));
  }

  /** Work that was set aside twice keeps the newer value of each field. */
  async setAside(entry: QuarantineEntry): Promise<void> {
    await this.#tables.dexie.transaction('rw', this.#tables.quarantine, async () => {
      const before = await this.#tables.quarantine.get([this.owner, entry.collection, entry.id]);
      const kind = before?.kind === 'created' ? 'created' : entry.kind;
      await this.#tables.quarantine.put({ ...entry, kind, fields: { ...before?.fields, ...entry.fields }, owner: this.owner });
    });
    this.#changes.changed(this.owner);
  }

  async changeQuarantine(collection: CollectionName, id: string, change: Partial<Pick<QuarantineEntry, 'isKept'>>): Promise<void> {
    await this.#tables.quarantine.update([this.owner, collection, id], change);
    this.#changes.changed(this.owner);
  }

  async removeQuarantine(collection: CollectionName, id: string): Promise<void> {
    await this.#tables.quarantine.delete([this.owner, collection, id]);
    this.#changes.changed(this.owner);
  }

  async quarantine(): Promise<QuarantineEntry[]> {
    const rows = await this.#tables.quarantine.where('owner').equals(this.owner).toArray();
    return rows.map(({ owner: _, ...entry }) => entry).sort((one, other) => one.at.localeCompare(other.at));
  }

  /** Quarantine is kept for 30 days (S15). */
  async dropQuarantineBefore(instant: string): Promise<void> {
    await this.#tables.quarantine
      .where('owner')
      .equals(this.owner)
      .filter((entry) => entry.at < instant)
      .delete();
    this.#changes.changed(this.owner);
  }

  /** Tells how things stand now and after every change, of other tabs too. Returns the end of it. */
  watch(listener: (unsent: readonly UnsentEntry[], quarantine: readonly QuarantineEntry[]) => void): () => void {
    let isReading = false;
    let isStale = false;
    let isEnded = false;
    const read = async () => {
      isStale = true;
      if (isReading) return;
      isReading = true;
      while (isStale && !isEnded) {
        isStale = false;
        const [unsent, quarantine] = await Promise.all([this.unsent(), this.quarantine()]);
        if (!isEnded) listener(unsent, quarantine);
      }
      isReading = false;
    };
    const end = this.#changes.listen(this.owner, () => void read());
    void read();
    return () => {
      isEnded = true;
      end();
    };
  }

  /** Forgets everything of this person. */
  async wipe(): Promise<void> {
    const { dexie, facts, unsent, quarantine } = this.#tables;
    await dexie.transaction('rw', facts, unsent, quarantine, async () => {
      for (const table of [facts, unsent, quarantine]) await table.where('owner').equals(this.owner).delete();
    });
  }
}
