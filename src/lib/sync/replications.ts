import { collections, type CollectionName } from '#domain/collections/index.ts';
import type { LocalDatabase } from '../data/local-database.ts';
import type { Replication, ReplicationHandlers } from '../data/replication.ts';
import type { UnsentList } from '../data/unsent-list.ts';

export interface ReplicationsOptions {
  readonly database: LocalDatabase;
  readonly unsent: () => UnsentList;
  readonly handlersOf: (collection: CollectionName) => Omit<ReplicationHandlers, 'onPersistFailure'>;
  /** A page could not be kept; its collection begins again after a while. */
  readonly onPersistFailure: (collection: CollectionName, reason: unknown) => void;
  readonly random: () => number;
  readonly inBackground: (task: Promise<unknown>) => void;
}

const restartMs = 5_000;

/** The running exchanges of all collections with the server. */
export class Replications {
  readonly #options: ReplicationsOptions;
  readonly #running = new Map<CollectionName, Replication>();
  readonly #restarts = new Map<ReturnType<typeof setTimeout>, () => void>();
  #isStopped = false;

  constructor(options: ReplicationsOptions) {
    this.#options = options;
  }

  /** Those that run; one that could not keep a page is not among them until it begins again. */
  get running(): ReadonlyMap<CollectionName, Replication> {
    return this.#running;
  }

  start(): void {
    for (const collection of this.#options.database.collectionNames) this.#replicate(collection);
  }

  /**
   * S22: finds whatever a clock that went back, a batch that failed or a tab that died has stranded: what the server has not
   * acknowledged stands on the list of what waits, whatever its age.
   */
  async sweep(): Promise<void> {
    for (const collection of this.#running.keys()) await this.#sweepOne(collection);
  }

  /** There may be room again: what could not keep a page begins now. */
  wake(): void {
    for (const [timer, again] of this.#restarts) {
      clearTimeout(timer);
      again();
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#restarts.keys()) clearTimeout(timer);
    await Promise.all(Array.from(this.#running.values(), (replication) => replication.cancel()));
  }

  async #sweepOne(collection: CollectionName): Promise<void> {
    const ids = this.#options.unsent().idsOf(collection);
    if (ids.length > 0) await this.#running.get(collection)?.sweep(ids);
  }

  #replicate(collection: CollectionName): void {
    const { database, handlersOf } = this.#options;
    const replication = database.replicate(collection, {
      ...handlersOf(collection),
      onPersistFailure: (reason) => {
        this.#restart(collection, reason);
      },
    });
    this.#running.set(collection, replication);
  }

  /** S24: its checkpoint stands where the last page was kept; it begins again from there after a while. */
  #restart(collection: CollectionName, reason: unknown): void {
    const failed = this.#running.get(collection);
    if (this.#isStopped || !failed) return;
    const { onPersistFailure, inBackground, random } = this.#options;
    this.#running.delete(collection);
    onPersistFailure(collection, reason);
    const begin = async () => {
      await failed.cancel();
      if (this.#isStopped) return;
      this.#replicate(collection);
      await this.#sweepOne(collection);
    };
    const again = () => {
      this.#restarts.delete(timer);
      inBackground(begin());
    };
    const timer = setTimeout(again, restartMs * (1 + random()));
    this.#restarts.set(timer, again);
  }
}

export function isPushed(collection: CollectionName): boolean {
  return collections[collection].pushedBy !== null;
}
