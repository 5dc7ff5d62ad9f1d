import type { CollectionName } from '#domain/collections/index.ts';
import type { OwnerStore } from '../data/device-store.ts';

/** What waits on this device, mirrored in memory; other tabs write it too. */
export class UnsentWork {
  readonly #store: OwnerStore;
  readonly #onChange: (unsent: number, setAside: number) => void;
  #ids = new Map<CollectionName, Set<string>>();
  #size = 0;
  #end: (() => void) | undefined;

  constructor(store: OwnerStore, onChange: (unsent: number, setAside: number) => void) {
    this.#store = store;
    this.#onChange = onChange;
  }

  /** Resolves when it has been read for the first time. */
  watch(): Promise<void> {
    return new Promise((resolve) => {
      this.#end = this.#store.watch((unsent, quarantine) => {
        this.#ids = new Map();
        for (const { collection, id } of unsent) this.#ids.set(collection, (this.#ids.get(collection) ?? new Set()).add(id));
        this.#size = unsent.length;
        this.#onChange(unsent.length, quarantine.filter((entry) => !entry.isKept).length);
        resolve();
      });
    });
  }

  end(): void {
    this.#end?.();
  }

  get size(): number {
    return this.#size;
  }

  has(collection: CollectionName, id: string): boolean {
    return this.#ids.get(collection)?.has(id) ?? false;
  }

  hasAny(collection: CollectionName): boolean {
    return this.#ids.has(collection);
  }

  idsOf(collection: CollectionName): string[] {
    return [...(this.#ids.get(collection) ?? [])];
  }
}
