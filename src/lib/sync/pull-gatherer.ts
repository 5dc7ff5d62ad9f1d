import type { CollectionName } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import type { Checkpoint, PullPage } from '#domain/sync/protocol.ts';

export interface PullAsk {
  readonly checkpoint: Checkpoint | null;
  readonly limit: number;
}
export type PullAsks = Partial<Record<CollectionName, PullAsk>>;
export type PullAnswers = Partial<Record<CollectionName, PullPage>>;

interface Waiting extends PullAsk {
  readonly resolve: (page: PullPage) => void;
  readonly reject: (reason: unknown) => void;
}

/** Long enough for each collection to read its checkpoint, too short to be felt. */
const patienceMs = 15;

/** Gathers the pulls of all collections into one request (S8). */
export class PullGatherer {
  readonly #send: (asks: PullAsks) => Promise<PullAnswers>;
  #waiting = new Map<CollectionName, Waiting>();
  #expected = new Set<CollectionName>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (asks: PullAsks) => Promise<PullAnswers>) {
    this.#send = send;
  }

  /** These collections are about to ask; the request goes out with the last of them. */
  expect(collections: Iterable<CollectionName>): void {
    for (const collection of collections) this.#expected.add(collection);
  }

  /** @throws whatever sending throws */
  ask(collection: CollectionName, ask: PullAsk): Promise<PullPage> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(collection, { ...ask, resolve, reject });
      this.#expected.delete(collection);
      if (this.#expected.size === 0) {
        // The others of this tick still come along.
        queueMicrotask(() => {
          this.#flush();
        });
      } else
        this.#timer ??= setTimeout(() => {
          this.#flush();
        }, patienceMs);
    });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#expected.clear();
    const batch = this.#waiting;
    if (batch.size === 0) return;
    this.#waiting = new Map();
    const asks = Object.fromEntries(Array.from(batch, ([collection, { checkpoint, limit }]) => [collection, { checkpoint, limit }]));
    this.#send(asks).then(
      (answers) => {
        // Who is not yet caught up asks again at once: wait for all of them.
        this.expect(Array.from(batch.keys()).filter((collection) => answers[collection]?.isCaughtUp === false));
        for (const [collection, { resolve }] of batch) resolve(must(answers[collection], `the answer holds ${collection}`));
      },
      (reason: unknown) => {
        // All of them ask again: one request for all of them then too.
        this.expect(batch.keys());
        for (const { reject } of batch.values()) reject(reason);
      },
    );
  }
}
