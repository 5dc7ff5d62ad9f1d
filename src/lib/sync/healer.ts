import * as v from 'valibot';
import type { CollectionName } from '#domain/collections/index.ts';
import type { Note } from '#domain/collections/notes.ts';
import type { Review } from '#domain/collections/reviews.ts';
import type { DigestResponse } from '#domain/sync/protocol.ts';
import { tombstone } from '#domain/sync/tombstone.ts';
import type { OwnerStore } from '../data/device-store.ts';
import type { LocalDatabase } from '../data/local-database.ts';
import type { Replication } from '../data/replication.ts';
import type { UnsentList } from '../data/unsent-list.ts';
import { checkpointBelow, differences, digestOf, healingOf, type Surplus, type Versions } from './digest.ts';
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
  /** Whether the person writes such documents: others have them to read alone. */
  readonly mayCreate: (collection: CollectionName) => boolean;
}

/** Some time after each start, then hourly while the app is open. */
const everyMs = 60 * 60_000;
const firstAfterMs = 60_000;
/** The epoch in which device and server were last found to agree. */
const epochFact = 'epoch';

/** S23: finds out whether device and server hold the same, and mends what differs. */
export class Healer {
  readonly #options: HealerOptions;
  #dueAt = performance.now() + firstAfterMs;
  #isWanted = false;
  #epochNoted: Promise<void> | null = null;

  constructor(options: HealerOptions) {
    this.#options = options;
  }

  /** Something has happened after which the two may differ. */
  want(): void {
    this.#isWanted = true;
  }

  /** Remembers the epoch that a new device begins in, before it keeps anything of it: a restore may come in the middle of its first sync. */
  noteFirstEpoch(epoch: number): Promise<void> {
    this.#epochNoted ??= this.#noteEpoch(epoch).catch((reason: unknown) => {
      this.#epochNoted = null;
      throw reason;
    });
    return this.#epochNoted;
  }

  async #noteEpoch(epoch: number): Promise<void> {
    const { store } = this.#options;
    if ((await store.fact(epochFact)) === undefined) await store.setFact(epochFact, epoch);
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
    const { database, compare, puller, store } = this.#options;
    this.#isWanted = false;
    // S3: after a restored backup the server may lack what it once had.
    const epoch = puller.epoch;
    const known = v.safeParse(v.number(), await store.fact(epochFact));
    const isRestored = known.success && epoch !== null && known.output !== epoch;
    const here = new Map<CollectionName, Versions>();
    for (const collection of database.collectionNames) here.set(collection, await database.versions(collection));
    const digests = await Promise.all(Array.from(here, async ([collection, versions]) => [collection, await digestOf(versions)] as const));
    const answer = await compare(Object.fromEntries(digests));
    if (answer.epoch !== epoch) {
      // A backup was put back since the last pull: what is not there may be lost, not gone. The pull begins anew, and then it is known.
      this.#isWanted = true;
      puller.pull();
      return false;
    }
    const found = differences(answer);
    for (const [collection, there] of found) await this.#heal(collection, here.get(collection) ?? [], there, isRestored);
    if (isRestored) await store.setFact(epochFact, epoch);
    return found.length === 0;
  }

  /**
   * After a restore the pieces of work on this device are offered to the server again, of marks and notes only the person's own:
   * the server knows what it may take, and takes what it has already for the same.
   */
  async #surplusOf(collection: CollectionName, isRestored: boolean): Promise<(id: string) => Surplus> {
    const { database, isPushed, mayCreate } = this.#options;
    if (!isRestored || !isPushed(collection) || !mayCreate(collection)) return () => 'gone';
    if (collection !== 'reviews' && collection !== 'notes') return () => 'lost';
    const documents = await database.find(collection);
    const authorOf = (one: Review | Note) => ('reviewerId' in one ? one.reviewerId : one.authorId);
    const own = new Set(documents.filter((one) => authorOf(one) === database.owner.userId).map(({ id }) => id as string));
    return (id) => (own.has(id) ? 'lost' : 'gone');
  }

  async #heal(collection: CollectionName, here: Versions, there: Versions, isRestored: boolean): Promise<void> {
    const { replications, puller, unsent, isPushed } = this.#options;
    const replication = replications.get(collection);
    if (!replication) return;
    const { rewindBelow, remove, sendAgain } = healingOf(
      here,
      there,
      (id) => unsent().has(collection, id),
      await this.#surplusOf(collection, isRestored),
    );
    if (remove.length > 0) {
      replication.remove(remove.map(({ id, version }) => tombstone(collection, id, version)));
    }
    if (sendAgain.length > 0 && isPushed(collection)) {
      await replication.forget(sendAgain);
      await replication.sweep();
    }
    if (rewindBelow !== null) {
      await puller.rewind(collection, puller.epoch === null ? null : checkpointBelow(puller.epoch, rewindBelow));
      puller.pull();
    }
  }
}
