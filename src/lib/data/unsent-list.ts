import type { CollectionName } from '#domain/collections/index.ts';

/** A person's local work on its way to the server. */
export interface UnsentEntry {
  readonly collection: CollectionName;
  readonly id: string;
  /** ISO instant of the device's clock when the work was put down, or last changed. */
  readonly since: string;
}

/** One waiting document as it would be pushed. */
export interface UnsentRow {
  readonly collection: CollectionName;
  readonly id: string;
  /** Another one after each change on this device. */
  readonly revision: string;
  /** What the server is known to have of it; null where it has nothing. */
  readonly assumed: Readonly<Record<string, unknown>> | null;
  readonly own: { readonly id: string; readonly _deleted: boolean } & Readonly<Record<string, unknown>>;
}

/** What waits, by collection. */
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
