import type { CollectionName } from '#domain/collections/index.ts';
import type { Checkpoint, PullPage, PullResponse, WireDocument } from '#domain/sync/protocol.ts';
import type { Replication } from '../data/replication.ts';
import type { Floors } from './floors.ts';
import { PullGatherer, type PullAnswers, type PullAsks } from './pull-gatherer.ts';

/** What comes of each collection before all the rest, newest first: enough for any screen, and soon there (S11). */
const firstPageSize = 100;

export interface PullerOptions {
  readonly pageSize: number;
  readonly floors: Floors;
  readonly replications: ReadonlyMap<CollectionName, Replication>;
  readonly send: (asks: PullAsks) => Promise<PullResponse>;
  readonly signal: AbortSignal;
  /** How many pushes have begun so far. */
  readonly pushBeginnings: () => number;
  readonly isPushing: () => boolean;
  /** Whether a document of this collection waits to be pushed. */
  readonly hasUnsent: (collection: CollectionName) => boolean;
  readonly isPushed: (collection: CollectionName) => boolean;
  readonly onAnswer: (serverTime: string, askedAt: number) => void;
  /** All that the server had is on its way into the database. */
  readonly onCaughtUp: () => void;
  /** A collection is about to be pulled from nothing. */
  readonly onFromNothing: (collection: CollectionName) => Promise<void>;
  /** A page of this epoch is about to be kept. */
  readonly onEpoch: (epoch: number) => Promise<void>;
  /** The server's clock began anew (S3). */
  readonly onOtherEpoch: () => void;
  /** The pull has ended, and what it brought is kept. */
  readonly onIdle: () => void;
  readonly onFailure: (reason: unknown) => void;
  readonly now: () => number;
}

/**
 * Brings the server's changes into the database, in two ways. RxDB pulls page after page through its handler while a
 * collection has much to catch up with, and at the start. After that one request serves all collections (S8) and only
 * those that have news are touched: a poke costs no reading and no writing where nothing has changed.
 */
export class Puller {
  readonly #options: PullerOptions;
  readonly #gatherer: PullGatherer;
  /** Where each collection stands once what is in memory has been kept. */
  #stands = new Map<CollectionName, Checkpoint>();
  #isCaughtUp = new Map<CollectionName, boolean>();
  #isRunning = false;
  #isWanted = false;

  constructor(options: PullerOptions) {
    this.#options = options;
    this.#gatherer = new PullGatherer((asks) => this.#request(asks));
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }

  get epoch(): number | null {
    const [checkpoint] = this.#stands.values();
    return checkpoint?.epoch ?? null;
  }

  /** RxDB's first pulls are on their way. */
  begin(collections: Iterable<CollectionName>): void {
    this.#isRunning = true;
    this.#gatherer.expect(collections);
    this.#end().catch(this.#options.onFailure);
  }

  /** Pulls now, or once what is running has ended. */
  pull(): void {
    this.#isWanted = true;
    this.pullIfWanted();
  }

  want(): void {
    this.#isWanted = true;
  }

  pullIfWanted(): void {
    // RxDB holds pulls back while it pushes: asked for then, they would begin unseen.
    if (!this.#isWanted || this.#isRunning || this.#options.isPushing() || this.#options.signal.aborted) return;
    this.#isWanted = false;
    this.#isRunning = true;
    this.#run()
      .catch(this.#options.onFailure)
      .then(() => this.#end())
      .catch(this.#options.onFailure);
  }

  /** The next pull of this collection begins at `checkpoint`. */
  async rewind(collection: CollectionName, checkpoint: Checkpoint | null): Promise<void> {
    await this.#options.replications.get(collection)?.rewind(checkpoint);
    if (checkpoint) this.#stands.set(collection, checkpoint);
    else this.#stands.delete(collection);
  }

  /** What is in memory was not kept: the next pull begins where the database stands. */
  forget(collection: CollectionName): void {
    this.#stands.delete(collection);
    this.#isCaughtUp.set(collection, false);
  }

  /** RxDB's handler: the next pages from `from`, as many as make `limit` documents or all there are. */
  async pages(collection: CollectionName, from: Checkpoint | null, limit: number) {
    const beginnings = this.#options.pushBeginnings();
    const documents: WireDocument[] = [];
    if (from === null) await this.#options.onFromNothing(collection);
    // RxDB takes fewer than it asked for as the end, and is told to go on once the screen has its first.
    const most = from === null ? Math.min(limit, firstPageSize) : limit;
    let at = from;
    let page: PullPage;
    do {
      page = await this.#gatherer.ask(collection, { checkpoint: at, limit: most });
      await this.#options.onEpoch(page.checkpoint.epoch);
      documents.push(...page.documents);
      if (at !== null && at.epoch !== page.checkpoint.epoch) this.#options.onOtherEpoch();
      at = page.checkpoint;
      // A short page that is not the last: the way back has ended and the way forward begins (S11).
    } while (!page.isCaughtUp && documents.length < most);
    if (!page.isCaughtUp && most < limit) this.#isWanted = true;
    await this.#arrived(collection, from, at, beginnings, page.isCaughtUp);
    return { documents, checkpoint: at };
  }

  async #run(): Promise<void> {
    const { replications, pageSize, signal } = this.#options;
    const standing = Array.from(this.#stands).filter(([collection]) => replications.has(collection));
    const behind = new Set(Array.from(replications.keys()).filter((collection) => !this.#stands.has(collection)));
    const beginnings = this.#options.pushBeginnings();
    let answers: PullAnswers = {};
    for (let isAnswered = standing.length === 0; !isAnswered && !signal.aborted;) {
      try {
        answers = await this.#request(
          Object.fromEntries(standing.map(([collection, checkpoint]) => [collection, { checkpoint, limit: pageSize }])),
        );
        isAnswered = true;
      } catch {
        // The gate before the next call knows how long to wait (S16).
      }
    }
    for (const [collection, from] of standing) {
      const page = answers[collection];
      if (!page) continue;
      if (page.checkpoint.epoch !== from.epoch) this.#options.onOtherEpoch();
      await this.#arrived(collection, from, page.checkpoint, beginnings, page.isCaughtUp);
      if (page.documents.length > 0) replications.get(collection)?.deliver(page.documents, page.checkpoint);
      if (!page.isCaughtUp) behind.add(collection);
    }
    this.#gatherer.expect(behind);
    for (const collection of behind) replications.get(collection)?.resync();
  }

  async #arrived(
    collection: CollectionName,
    from: Checkpoint | null,
    at: Checkpoint,
    beginnings: number,
    isCaughtUp: boolean,
  ): Promise<void> {
    const { pushBeginnings, isPushing, hasUnsent, isPushed, floors, onCaughtUp, replications } = this.#options;
    const isOverlapped = isPushed(collection) && (beginnings !== pushBeginnings() || isPushing() || hasUnsent(collection));
    await floors.used(collection, from, isOverlapped);
    this.#stands.set(collection, at);
    this.#isCaughtUp.set(collection, isCaughtUp);
    // One that could not keep a page is not running, and has not caught up either.
    const all = [...replications.keys(), ...this.#isCaughtUp.keys()];
    if (all.every((name) => this.#isCaughtUp.get(name))) onCaughtUp();
  }

  /** Resolves when all that was pulled is kept. */
  async #end(): Promise<void> {
    const { replications, floors, signal, onIdle } = this.#options;
    // RxDB takes what it is given up in later ticks.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await Promise.all(Array.from(replications.values(), (replication) => replication.idle('pull')));
    this.#isRunning = false;
    if (signal.aborted) return;
    for (const collection of replications.keys()) floors.settled(collection);
    onIdle();
  }

  async #request(asks: PullAsks): Promise<PullAnswers> {
    const askedAt = this.#options.now();
    const { collections, serverTime } = await this.#options.send(asks);
    this.#options.onAnswer(serverTime, askedAt);
    return collections;
  }
}
