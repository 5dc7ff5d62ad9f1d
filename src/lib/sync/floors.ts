import * as v from 'valibot';
import type { CollectionName } from '#domain/collections/index.ts';
import { checkpoint as checkpointSchema, type Checkpoint } from '#domain/sync/protocol.ts';
import type { OwnerStore } from '../data/device-store.ts';
import { floorOf } from './floor.ts';

const stored = v.object({ checkpoint: v.nullable(checkpointSchema) });
const factOf = (collection: CollectionName) => `floor:${collection}`;

/**
 * S21: a pull that overlaps a push can leave a stale state behind, for RxDB passes over a document that waits to be
 * pushed and moves its checkpoint on. The lowest checkpoint of such pulls is kept until it has been pulled from again.
 */
export class Floors {
  readonly #store: OwnerStore;
  #floors = new Map<CollectionName, Checkpoint | null>();
  /** The lowest checkpoint that the pull which is running has used. */
  #used = new Map<CollectionName, Checkpoint | null>();

  constructor(store: OwnerStore) {
    this.#store = store;
  }

  async load(collections: readonly CollectionName[]): Promise<void> {
    for (const collection of collections) {
      const fact = v.safeParse(stored, await this.#store.fact(factOf(collection)));
      if (fact.success) this.#floors.set(collection, fact.output.checkpoint);
    }
  }

  get(collection: CollectionName): { readonly checkpoint: Checkpoint | null } | null {
    const checkpoint = this.#floors.get(collection);
    return checkpoint === undefined ? null : { checkpoint };
  }

  /** A page was asked for from `checkpoint`; durable before the page may move the stored one. */
  async used(collection: CollectionName, checkpoint: Checkpoint | null, isOverlapped: boolean): Promise<void> {
    const before = this.#used.get(collection);
    this.#used.set(collection, before === undefined ? checkpoint : floorOf(before, checkpoint));
    if (isOverlapped) await this.lower(collection);
  }

  /** A push has begun while the pull is running. */
  async lower(collection: CollectionName): Promise<void> {
    const used = this.#used.get(collection);
    if (used === undefined) return;
    const before = this.#floors.get(collection);
    const floor = before === undefined ? used : floorOf(before, used);
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(floor)) return;
    this.#floors.set(collection, floor);
    await this.#store.setFact(factOf(collection), { checkpoint: floor });
  }

  /** No pull is running. */
  settled(collection: CollectionName): void {
    this.#used.delete(collection);
  }

  /** It has been pulled from again. */
  async clear(collection: CollectionName): Promise<void> {
    this.#floors.delete(collection);
    await this.#store.removeFact(factOf(collection));
  }
}
