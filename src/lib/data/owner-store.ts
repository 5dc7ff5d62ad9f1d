import type { Dexie, Table } from 'dexie';
import type { CollectionName } from '#domain/collections/index.ts';
import { UnsentList, type UnsentEntry, type WorkNews } from './unsent-list.ts';

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
  readonly unsent: Table<UnsentEntry & Owned, [string, string, string]>;
  readonly quarantine: Table<QuarantineEntry & Owned, [string, string, string]>;
}

export type WorkListener = (unsent: UnsentList, quarantine: readonly QuarantineEntry[]) => void;

/** Often enough for the eye, seldom enough that a thousand entries are not a thousand redrawings. */
const tellEveryMs = 16;

/** The part of the device's store that belongs to one school and user. */
export class OwnerStore {
  readonly owner: string;
  readonly #tables: OwnerTables;
  readonly #post: (news: WorkNews) => void;
  readonly #unsent = new UnsentList();
  #quarantine: readonly QuarantineEntry[] = [];
  #loaded: Promise<void> | null = null;
  #isLoaded = false;
  /** What is heard while the table is being read, to be laid over what was read. */
  #heardMeanwhile: WorkNews[] = [];
  readonly #listeners = new Set<WorkListener>();
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: string, tables: OwnerTables, post: (news: WorkNews) => void) {
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

  async addUnsent(added: readonly UnsentEntry[]): Promise<void> {
    await this.#tables.unsent.bulkPut(added.map((entry) => ({ ...entry, owner: this.owner })));
    this.#changed({ added: [...added] });
  }

  async removeUnsent(collection: CollectionName, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#tables.unsent.bulkDelete(ids.map((id) => [this.owner, collection, id]));
    this.#changed({ removed: ids.map((id) => ({ collection, id })) });
  }

  /** What waits, read once and kept up to date from then on. */
  async unsent(): Promise<UnsentList> {
    await this.#load();
    return this.#unsent;
  }

  /** Work that was set aside twice keeps the newer value of each field. */
  async setAside(entry: QuarantineEntry): Promise<void> {
    await this.#tables.dexie.transaction('rw', this.#tables.quarantine, async () => {
      const before = await this.#tables.quarantine.get([this.owner, entry.collection, entry.id]);
      const kind = before?.kind === 'created' ? 'created' : entry.kind;
      await this.#tables.quarantine.put({ ...entry, kind, fields: { ...before?.fields, ...entry.fields }, owner: this.owner });
    });
    this.#changed({ isQuarantineChanged: true });
  }

  async changeQuarantine(collection: CollectionName, id: string, change: Partial<Pick<QuarantineEntry, 'isKept'>>): Promise<void> {
    await this.#tables.quarantine.update([this.owner, collection, id], change);
    this.#changed({ isQuarantineChanged: true });
  }

  async removeQuarantine(collection: CollectionName, id: string): Promise<void> {
    await this.#tables.quarantine.delete([this.owner, collection, id]);
    this.#changed({ isQuarantineChanged: true });
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
    if (count > 0) this.#changed({ isQuarantineChanged: true });
  }

  /** Tells how things stand now and after changes, of other tabs too. Returns the end of it. */
  watch(listener: WorkListener): () => void {
    this.#listeners.add(listener);
    this.#load()
      .then(() => {
        if (this.#listeners.has(listener)) listener(this.#unsent, this.#quarantine);
      })
      // Whoever writes hears of a database that fails; who only looks on does not.
      .catch(() => undefined);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** What another tab has done. */
  hear(news: WorkNews): void {
    if (!this.#isLoaded) {
      if (this.#loaded) this.#heardMeanwhile.push(news);
      return;
    }
    this.#unsent.add(news.added);
    this.#unsent.remove(news.removed);
    if (news.isQuarantineChanged) this.#readQuarantine().catch(() => undefined);
    else this.#tell();
  }

  /** Forgets everything of this person. */
  async wipe(): Promise<void> {
    const { dexie, facts, unsent, quarantine } = this.#tables;
    await dexie.transaction('rw', facts, unsent, quarantine, async () => {
      for (const table of [facts, unsent, quarantine]) await table.where('owner').equals(this.owner).delete();
    });
    this.#changed({ removed: this.#unsent.all(), isQuarantineChanged: true });
  }

  #load(): Promise<void> {
    this.#loaded ??= this.#read();
    return this.#loaded;
  }

  async #read(): Promise<void> {
    const rows = await this.#tables.unsent.where('owner').equals(this.owner).toArray();
    this.#unsent.add(rows.map(({ collection, id, since }) => ({ collection, id, since })));
    this.#quarantine = await this.quarantine();
    this.#isLoaded = true;
    for (const news of this.#heardMeanwhile.splice(0)) this.hear(news);
  }

  #changed({ added = [], removed = [], isQuarantineChanged = false }: Partial<Omit<WorkNews, 'owner'>>): void {
    const news: WorkNews = {
      owner: this.owner,
      added,
      removed: removed.map(({ collection, id }) => ({ collection, id })),
      isQuarantineChanged,
    };
    this.hear(news);
    this.#post(news);
  }

  async #readQuarantine(): Promise<void> {
    this.#quarantine = await this.quarantine();
    this.#tell();
  }

  #tell(): void {
    if (this.#telling) return;
    this.#telling = setTimeout(() => {
      this.#telling = undefined;
      for (const listener of this.#listeners) listener(this.#unsent, this.#quarantine);
    }, tellEveryMs);
  }
}
