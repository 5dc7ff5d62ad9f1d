import type { Table } from 'dexie';
import type { CollectionName } from '#domain/collections/index.ts';
import { sealValue, unsealValue } from './sealing/seal.ts';

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

interface OwnedFact {
  readonly owner: string;
  readonly key: string;
  readonly sealed: ArrayBuffer;
}
/** Where and since when, in plain; all else sealed. */
interface OwnedEntry {
  readonly owner: string;
  readonly collection: CollectionName;
  readonly id: string;
  readonly at: string;
  readonly sealed: ArrayBuffer;
}
export interface OwnerTables {
  readonly facts: Table<OwnedFact, [string, string]>;
  readonly quarantine: Table<OwnedEntry, [string, string, string]>;
}

/** How the keys of facts begin that hold unfinished writing. */
export const draftPrefix = 'draft:';

export type QuarantineListener = (quarantine: readonly QuarantineEntry[]) => void;

/** The part of the device's store that belongs to one school and user: what is in it is sealed under their key. */
export class OwnerStore {
  readonly owner: string;
  readonly #key: CryptoKey;
  readonly #tables: OwnerTables;
  readonly #post: () => void;
  readonly #listeners = new Set<QuarantineListener>();
  /** One change of the quarantine at a time: IndexedDB would end a transaction that waits for what is sealed. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param post tells other tabs that the quarantine has changed */
  constructor(owner: string, key: CryptoKey, tables: OwnerTables, post: () => void) {
    this.owner = owner;
    this.#key = key;
    this.#tables = tables;
    this.#post = post;
  }

  async fact(key: string): Promise<unknown> {
    const row = await this.#tables.facts.get([this.owner, key]);
    return row && unsealValue(this.#key, this.#place('fact', key), row.sealed);
  }

  /** @param value what JSON can carry */
  async setFact(key: string, value: unknown): Promise<void> {
    await this.#tables.facts.put({ owner: this.owner, key, sealed: await sealValue(this.#key, this.#place('fact', key), value) });
  }

  async removeFact(key: string): Promise<void> {
    await this.#tables.facts.delete([this.owner, key]);
  }

  /** Work that was set aside twice keeps the newer value of each field. */
  async setAside(entry: QuarantineEntry): Promise<void> {
    await this.#inTurn(async () => {
      const before = await this.#entry(entry.collection, entry.id);
      const kind = before?.kind === 'created' ? 'created' : entry.kind;
      await this.#put({ ...entry, kind, fields: { ...before?.fields, ...entry.fields } });
    });
  }

  async changeQuarantine(collection: CollectionName, id: string, change: Partial<Pick<QuarantineEntry, 'isKept'>>): Promise<void> {
    await this.#inTurn(async () => {
      const before = await this.#entry(collection, id);
      if (before) await this.#put({ ...before, ...change });
    });
  }

  async removeQuarantine(collection: CollectionName, id: string): Promise<void> {
    await this.#inTurn(() => this.#tables.quarantine.delete([this.owner, collection, id]));
  }

  /** Oldest first. */
  async quarantine(): Promise<QuarantineEntry[]> {
    const rows = await this.#tables.quarantine.where('owner').equals(this.owner).toArray();
    const entries = await Promise.all(rows.map((row) => this.#open(row)));
    return entries.sort((one, other) => one.at.localeCompare(other.at));
  }

  /** Quarantine is kept for 30 days (S15). */
  async dropQuarantineBefore(instant: string): Promise<void> {
    const old = ({ at }: OwnedEntry) => at < instant;
    const count = await this.#tables.quarantine.where('owner').equals(this.owner).filter(old).delete();
    if (count > 0) this.#changed();
  }

  /** Tells what is set aside, now and after changes, of other tabs too. Returns the end of it. */
  watch(listener: QuarantineListener): () => void {
    this.#listeners.add(listener);
    this.hear();
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Another tab has changed the quarantine. */
  hear(): void {
    if (this.#listeners.size === 0) return;
    this.quarantine()
      .then((quarantine) => {
        for (const listener of this.#listeners) listener(quarantine);
      })
      // Whoever writes hears of a database that fails; who only looks on does not.
      .catch(() => undefined);
  }

  async #entry(collection: CollectionName, id: string): Promise<QuarantineEntry | null> {
    const row = await this.#tables.quarantine.get([this.owner, collection, id]);
    return row ? this.#open(row) : null;
  }

  async #open({ collection, id, sealed }: OwnedEntry): Promise<QuarantineEntry> {
    // Parse edge: this device has sealed it, and nobody else can.
    return (await unsealValue(this.#key, this.#place(collection, id), sealed)) as QuarantineEntry;
  }

  async #put(entry: QuarantineEntry): Promise<void> {
    const { collection, id, at } = entry;
    const sealed = await sealValue(this.#key, this.#place(collection, id), entry);
    await this.#tables.quarantine.put({ owner: this.owner, collection, id, at, sealed });
  }

  async #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(change);
    this.#turn = turn.catch(() => undefined);
    await turn;
    this.#changed();
  }

  #place(kind: string, key: string): string {
    return `${this.owner}/${kind}/${key}`;
  }

  #changed(): void {
    this.hear();
    this.#post();
  }
}
