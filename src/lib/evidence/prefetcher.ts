import type { FetchedStore } from '../data/files/fetched-store.ts';
import { NoRoom } from '../data/files/sealed-chunks.ts';
import { NotSignedIn, Unreachable } from '../sync/http.ts';
import { RetryGate } from '../sync/retry-gate.ts';
import { FileGone, type FetchFile } from './fetch-file.ts';
import { nextStep, type PrefetchLimits, type PrefetchStep, type WaitingFile } from './prefetch-plan.ts';

export interface PrefetcherOptions {
  readonly store: FetchedStore;
  readonly fetch: FetchFile;
  /** What is to be put by, the newest first. */
  readonly waiting: () => Promise<readonly WaitingFile[]>;
  readonly limits: PrefetchLimits;
  /** Whether there is a network that costs nothing. */
  readonly mayFetch: () => boolean;
  readonly random: () => number;
  /** The device's storage fails. */
  readonly onFailure: (reason: unknown) => void;
  /** Milliseconds that news is let settle. */
  readonly calmMs?: number;
}

/**
 * Puts by what waits for this person's mark, or to be heard by them, one file at a time, and lets go of what does not wait any more
 * (S25). Runs in the one tab that leads.
 */
export class EvidencePrefetcher {
  readonly #options: PrefetcherOptions;
  readonly #gate: RetryGate;
  readonly #ending = new AbortController();
  readonly #passedOver = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStarted = false;
  #isRunning = false;
  #isWanted = false;
  #isFull = false;
  #isWaiting = false;

  constructor(options: PrefetcherOptions) {
    this.#options = options;
    this.#gate = new RetryGate(options);
  }

  start(): void {
    this.#isStarted = true;
    this.look();
  }

  /** Something may have changed: the documents, or the network. */
  look(): void {
    this.#isWanted = true;
    if (!this.#isStarted || this.#isRunning || this.#timer !== undefined || this.#ending.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#isRunning = true;
      this.#run()
        .catch((reason: unknown) => {
          if (!this.#ending.signal.aborted) this.#options.onFailure(reason);
        })
        .finally(() => {
          this.#isRunning = false;
          if (this.#isWanted) this.look();
        });
    }, this.#options.calmMs ?? 1000);
  }

  /** The server was heard in another way. */
  heard(): void {
    this.#gate.heard();
    this.look();
  }

  /** The network may be back, or the person asks. */
  wake(): void {
    this.#passedOver.clear();
    this.#gate.wake();
    this.look();
  }

  /** The person has signed in again. */
  sessionRenewed(): void {
    this.#gate.release();
    this.look();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#ending.abort();
  }

  async #run(): Promise<void> {
    const { store, waiting, limits, mayFetch } = this.#options;
    while (this.#isWanted && !this.#ending.signal.aborted) {
      this.#isWanted = false;
      const { drop, next } = nextStep(await waiting(), await store.files(), this.#passedOver, limits);
      // Without a network too: what may no longer be seen does not wait for one.
      if (drop.length > 0) await store.discard(drop);
      if (next === null || this.#isFull || !mayFetch()) continue;
      if (!this.#gate.isOpen) {
        this.#lookLater();
        continue;
      }
      await this.#fetchOne(next);
      this.#isWanted = true;
    }
  }

  /** Meanwhile news is not kept waiting: what has to go goes at once. */
  #lookLater(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#gate.pass(this.#ending.signal).then(
      () => {
        this.#isWaiting = false;
        this.look();
      },
      // It ends with the session: there is nothing more to look at.
      () => undefined,
    );
  }

  async #fetchOne({ file, room }: NonNullable<PrefetchStep['next']>): Promise<void> {
    const { store, fetch } = this.#options;
    const { round } = this.#gate;
    try {
      const content = await fetch(file.id, this.#ending.signal);
      if (content.size <= room) await store.keep(file, content);
      else this.#passedOver.add(file.id);
      this.#gate.succeeded();
    } catch (reason) {
      if (reason instanceof FileGone) this.#passedOver.add(file.id);
      else if (reason instanceof NotSignedIn) this.#gate.hold();
      else if (reason instanceof Unreachable) this.#gate.failed(reason.retryAfterMs, round);
      else if (reason instanceof NoRoom) await this.#makeRoom();
      else throw reason;
    }
  }

  /** The device needs its room for what is nowhere else. */
  async #makeRoom(): Promise<void> {
    this.#isFull = true;
    await this.#options.store.discard((await this.#options.store.files()).map(({ id }) => id));
  }
}
