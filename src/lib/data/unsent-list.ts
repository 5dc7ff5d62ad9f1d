import * as v from 'valibot';
import { collectionNames, type CollectionName } from '#domain/collections/index.ts';

/** A person's local work on its way to the server. */
export interface UnsentEntry {
  readonly collection: CollectionName;
  readonly id: string;
  /** ISO instant of the device's clock when the work was put down, or last changed. */
  readonly since: string;
}

const key = v.object({ collection: v.picklist(collectionNames), id: v.string() });

/** What one tab tells the others of one person's work. */
export const workNews = v.object({
  owner: v.string(),
  added: v.array(v.object({ ...key.entries, since: v.string() })),
  removed: v.array(key),
  /** Something was set aside, or taken out of quarantine. */
  isQuarantineChanged: v.boolean(),
});
export type WorkNews = v.InferOutput<typeof workNews>;

/** What waits, in memory: read from the table once, then kept by what this tab and others tell. */
export class UnsentList {
  readonly #entries = new Map<CollectionName, Map<string, UnsentEntry>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(collection: CollectionName, id: string): boolean {
    return this.#entries.get(collection)?.has(id) ?? false;
  }

  hasAny(collection: CollectionName): boolean {
    return (this.#entries.get(collection)?.size ?? 0) > 0;
  }

  idsOf(collection: CollectionName): string[] {
    return [...(this.#entries.get(collection)?.keys() ?? [])];
  }

  /** Oldest first. */
  all(): UnsentEntry[] {
    return Array.from(this.#entries.values(), (entries) => [...entries.values()])
      .flat()
      .sort((one, other) => (one.since < other.since ? -1 : one.since > other.since ? 1 : 0));
  }

  add(added: readonly UnsentEntry[]): void {
    for (const entry of added) {
      const entries = this.#entries.get(entry.collection) ?? new Map<string, UnsentEntry>();
      this.#entries.set(entry.collection, entries);
      if (!entries.has(entry.id)) this.#size++;
      entries.set(entry.id, entry);
    }
  }

  remove(removed: readonly Pick<UnsentEntry, 'collection' | 'id'>[]): void {
    for (const { collection, id } of removed) if (this.#entries.get(collection)?.delete(id)) this.#size--;
  }
}
