import { deliverResponse, deliveryLimits, type DeliveryOutcome } from '#domain/delivery/protocol.ts';
import type { Outbox, OutboxEntry } from '../data/delivery/outbox.ts';
import { call, NotSignedIn, Refused, Unreachable, type Fetch } from '../sync/http.ts';
import { RetryGate } from '../sync/retry-gate.ts';
import { isHolderOpen } from './holder-lock.ts';

export interface DelivererOptions {
  readonly outbox: Outbox;
  readonly schoolId: string;
  /** Who is signed in, and carries the envelopes of everybody. */
  readonly userId: string;
  readonly fetch: Fetch;
  readonly locks: LockManager;
  readonly random: () => number;
  /** Milliseconds of the device's clock. */
  readonly now: () => number;
  /** The device's storage fails. */
  readonly onFailure: (reason: unknown) => void;
}

/** Together so many bytes, where one alone is not larger: what is lost on the way is sent again. */
const batchBytes = 1_000_000;
/** The slowest way that still counts as one: so many bytes a millisecond. */
const slowest = 16;
const answerMs = 30_000;
const firstWaitMs = 5_000;
const mostWaitMs = 6 * 3_600_000;

/** Hands over to the school what lies sealed on this device (S30), whoever it is of. One tab at a time. */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #gate: RetryGate;
  readonly #ending = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = false;
  #isWanted = false;

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#gate = new RetryGate(options);
  }

  /** Something may be there to deliver. */
  look(): void {
    this.#isWanted = true;
    if (this.#isRunning || this.#ending.signal.aborted) return;
    this.#isRunning = true;
    this.#run()
      .catch((reason: unknown) => {
        if (!this.#ending.signal.aborted) this.#options.onFailure(reason);
      })
      .finally(() => {
        this.#isRunning = false;
        if (this.#isWanted) this.look();
      });
  }

  /** The server was heard in another way. */
  heard(): void {
    this.#gate.heard();
    this.look();
  }

  /** The network may be back, or somebody asks. */
  wake(): void {
    this.#gate.wake();
    this.look();
  }

  /** Somebody has signed in again. */
  sessionRenewed(): void {
    this.#gate.release();
    this.look();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#ending.abort(new Error('Delivering has ended.'));
  }

  async #run(): Promise<void> {
    const { locks } = this.#options;
    const { signal } = this.#ending;
    while (this.#isWanted && !signal.aborted) {
      this.#isWanted = false;
      for (let isMore = true; isMore;) {
        // The pause before another try is nobody's turn: another tab may have a better way.
        const round = await this.#gate.pass(signal);
        isMore = await locks.request('studystreaks-delivery', { signal }, () => this.#deliverSome(round));
      }
    }
  }

  /** @returns whether there may be more to deliver now */
  async #deliverSome(round: number): Promise<boolean> {
    const batch = await this.#nextBatch();
    if (batch.length === 0) return false;
    try {
      await this.#send(batch);
      this.#gate.succeeded();
    } catch (reason) {
      if (this.#ending.signal.aborted) return false;
      if (reason instanceof NotSignedIn) this.#gate.hold();
      else if (reason instanceof Unreachable) this.#gate.failed(reason.retryAfterMs, round);
      else throw reason;
    }
    return true;
  }

  /** The smallest first: words go before the photos that belong to them. */
  async #nextBatch(): Promise<OutboxEntry[]> {
    const { outbox, schoolId, locks, now } = this.#options;
    const open = await isHolderOpen(locks);
    const waiting = (await outbox.entries(schoolId)).filter(
      ({ holder, refusal }) => refusal === null && !(holder !== null && open(holder)),
    );
    // A clock that was set back must not make anything wait for longer than it would have.
    const isDue = ({ notBefore }: OutboxEntry) => notBefore <= now() || notBefore > now() + mostWaitMs;
    const due = waiting.filter(isDue).sort((one, other) => one.bytes - other.bytes || (one.id < other.id ? -1 : 1));
    if (due.length === 0) this.#lookAgainFor(waiting);
    const batch: OutboxEntry[] = [];
    let bytes = 0;
    for (const entry of due.slice(0, deliveryLimits.envelopes)) {
      bytes += entry.bytes;
      if (batch.length > 0 && bytes > batchBytes) break;
      batch.push(entry);
    }
    return batch;
  }

  #lookAgainFor(waiting: readonly OutboxEntry[]): void {
    if (waiting.length === 0) return;
    clearTimeout(this.#timer);
    const soonest = Math.min(...waiting.map(({ notBefore }) => notBefore));
    this.#timer = setTimeout(
      () => {
        this.look();
      },
      Math.max(0, soonest - this.#options.now()),
    );
  }

  async #send(entries: readonly OutboxEntry[]): Promise<void> {
    const { outbox, fetch, userId } = this.#options;
    const envelopes = await outbox.envelopes(entries.map(({ id }) => id));
    if (envelopes.length === 0) return;
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    try {
      const { outcomes } = await call(fetch, {
        path: '/api/sync/deliver',
        body: { envelopes },
        answer: deliverResponse,
        userId,
        signal: this.#ending.signal,
        timeoutMs: answerMs + Math.ceil(bytes / slowest),
      });
      await this.#take(entries, outcomes);
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      const [only] = entries;
      if (entries.length > 1 || !only) {
        // One that the server cannot take must not hold back the rest: halve until it stands alone.
        const half = Math.ceil(entries.length / 2);
        await this.#send(entries.slice(0, half));
        await this.#send(entries.slice(half));
      } else await outbox.change(only.id, { refusal: reason.code });
    }
  }

  async #take(entries: readonly OutboxEntry[], outcomes: readonly DeliveryOutcome[]): Promise<void> {
    const { outbox, now } = this.#options;
    const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
    // Known to be safe there: only now may it go from here.
    await outbox.remove(entries.filter(({ id }) => byId.get(id)?.outcome === 'delivered').map(({ id }) => id));
    for (const { id, tries } of entries) {
      const outcome = byId.get(id);
      if (outcome?.outcome === 'delivered') continue;
      if (outcome?.outcome === 'refused') await outbox.change(id, { refusal: outcome.code });
      // What was not spoken of waits as well.
      else await outbox.change(id, { tries: tries + 1, notBefore: now() + Math.min(mostWaitMs, firstWaitMs * 4 ** tries) });
    }
  }
}
