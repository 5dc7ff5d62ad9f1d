import type { Dexie, Table } from 'dexie';
import type { CollectionName } from '#domain/collections/index.ts';

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

export interface Owned {
  readonly owner: string;
}
export interface OwnedFact extends Owned {
  readonly key: string;
  readonly value: unknown;
}
export interface OwnerTables {
  readonly dexie: Dexie;
  readonly facts: Table<OwnedFact, [string, string]>;
  readonly quarantine: Table<QuarantineEntry & Owned, [string, string, string]>;
}

export type QuarantineListener = (quarantine: readonly QuarantineEntry[]) => void;

/** The part of the device's store that belongs to one school and user. */
export class OwnerStore {
  readonly owner: string;
  readonly #tables: OwnerTables;
  readonly #post: () => void;
  readonly #listeners = new Set<QuarantineListener>();

  /** @param post tells other tabs that the quarantine has changed */
  constructor(owner: string, tables: OwnerTables, post: () => void) {
    this.owner = owner;
    this.#tables = tables;
    this.#post = post;
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

  /** Work that was set aside twice keeps the newer value of each field. */
  async setAside(entry: QuarantineEntry): Promise<void> {
    await this.#tables.dexie.transaction('rw', this.#tables.quarantine, async () => {
      const before = await this.#tables.quarantine.get([this.owner, entry.collection, entry.id]);
      const kind = before?.kind === 'created' ? 'created' : entry.kind;
      await this.#tables.quarantine.put({ ...entry, kind, fields: { ...before?.fields, ...entry.fields }, owner: this.owner });
    });
    this.#changed();
  }

  async changeQuarantine(collection: CollectionName, id: string, change: Partial<Pick<QuarantineEntry, 'isKept'>>): Promise<void> {
    await this.#tables.quarantine.update([this.owner, collection, id], change);
    this.#changed();
  }

  async removeQuarantine(collection: CollectionName, id: string): Promise<void> {
    await this.#tables.quarantine.delete([this.owner, collection, id]);
    this.#changed();
  }

  /** Oldest first. */
  async quarantine(): Promise<QuarantineEntry[]> {
    const rows = await this.#tables.quarantine.where('owner').equals(this.owner).toArray();
    return rows.map(({ owner: _, ...entry }) => entry).sort((one, other) => one.at.localeCompare(other.at));
  }

  /** Quarantine is kept for 30 days (S15). */
  async dropQuarantineBefore(instant: string): Promise<void> {
    const old = (entry: QuarantineEntry) => entry.at < instant;
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

  /** Forgets everything of this person. */
  async wipe(): Promise<void> {
    const { dexie, facts, quarantine } = this.#tables;
    await dexie.transaction('rw', facts, quarantine, async () => {
      for (const table of [facts, quarantine]) await table.where('owner').equals(this.owner).delete();
    });
    this.#changed();
  }

  #changed(): void {
    this.hear();
    this.#post();
  }
}
