import type { CollectionName } from '#domain/collections/index.ts';
import type { DigestResponse } from '#domain/sync/protocol.ts';
import { tombstone } from '#domain/sync/tombstone.ts';
import type { OwnerStore } from '../data/device-store.ts';
import type { LocalDatabase } from '../data/local-database.ts';
import type { Replication } from '../data/replication.ts';
import type { UnsentList } from '../data/unsent-list.ts';
import { checkpointBelow, differences, digestOf, healingOf, type Versions } from './digest.ts';
import type { Puller } from './puller.ts';

export type Digests = Partial<Record<CollectionName, { readonly count: number; readonly hash: string }>>;

export interface HealerOptions {
  readonly database: LocalDatabase;
  readonly store: OwnerStore;
  readonly replications: ReadonlyMap<CollectionName, Replication>;
  readonly puller: Puller;
  readonly unsent: () => UnsentList;
  readonly compare: (digests: Digests) => Promise<DigestResponse>;
  readonly isPushed: (collection: CollectionName) => boolean;
  readonly now: () => Date;
}

/** Some time after each start, then hourly while the app is open. */
const everyMs = 60 * 60_000;
const firstAfterMs = 60_000;

/** S23: finds out whether device and server hold the same, and mends what differs. */
export class Healer {
  readonly #options: HealerOptions;
  #dueAt = performance.now() + firstAfterMs;
  #isWanted = false;

  constructor(options: HealerOptions) {
    this.#options = options;
  }

  /** Something has happened after which the two may differ. */
  want(): void {
    this.#isWanted = true;
  }

  /** Compares when it is time and nothing waits; what cannot be compared now is compared after another pull. */
  async digestWhenDue(): Promise<void> {
    const isDue = this.#isWanted || performance.now() > this.#dueAt;
    if (!isDue || this.#options.unsent().size > 0) return;
    this.#dueAt = performance.now() + everyMs;
    await this.digest().catch(() => undefined);
  }

  /** @returns whether all agreed @throws as a call does */
  async digest(): Promise<boolean> {
    const { database, compare } = this.#options;
    this.#isWanted = false;
    const here = new Map<CollectionName, Versions>();
    for (const collection of database.collectionNames) here.set(collection, await database.versions(collection));
    const digests = await Promise.all(Array.from(here, async ([collection, versions]) => [collection, await digestOf(versions)] as const));
    const found = differences(await compare(Object.fromEntries(digests)));
    for (const [collection, there] of found) await this.#heal(collection, here.get(collection) ?? [], there);
    return found.length === 0;
  }

  async #heal(collection: CollectionName, here: Versions, there: Versions): Promise<void> {
    const { replications, puller, unsent, store, isPushed, now } = this.#options;
    const replication = replications.get(collection);
    if (!replication) return;
    const { rewindBelow, remove, sendAgain } = healingOf(here, there, (id) => unsent().has(collection, id));
    if (remove.length > 0) {
      replication.remove(remove.map(({ id, version }) => tombstone(collection, id, version)));
    }
    if (sendAgain.length > 0 && isPushed(collection)) {
      await store.addUnsent(sendAgain.map((id) => ({ collection, id, since: now().toISOString() })));
      await replication.forget(sendAgain);
      await replication.sweep();
    }
    if (rewindBelow !== null) {
      await puller.rewind(collection, puller.epoch === null ? null : checkpointBelow(puller.epoch, rewindBelow));
      puller.pull();
    }
  }
}
