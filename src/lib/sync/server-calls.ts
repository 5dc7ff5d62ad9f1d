import type { CollectionName } from '#domain/collections/index.ts';
import {
  digestResponse,
  pullResponse,
  pushResponse,
  schemaNumber,
  type DigestResponse,
  type PullResponse,
  type PushResponse,
} from '#domain/sync/protocol.ts';
import type { PushRow } from '../data/replication.ts';
import { call, NotSignedIn, TooOld, Unreachable, type Fetch } from './http.ts';
import type { PullAsks } from './pull-gatherer.ts';
import { RetryGate } from './retry-gate.ts';

export interface ServerCallsOptions {
  readonly fetch: Fetch;
  readonly userId: string;
  readonly deviceId: string;
  readonly random: () => number;
  /** Documents that wait on this device. */
  readonly unsent: () => number;
  readonly onAnswer: () => void;
  readonly onSessionEnd: (isAccessEnded: boolean) => void;
  readonly onTooOld: () => void;
}

/** The calls of sync, each behind a gate that knows when to ask again. */
export class ServerCalls {
  readonly #options: ServerCallsOptions;
  readonly #ending = new AbortController();
  // Two gates, so that pulls which succeed do not hurry pushes that fail.
  readonly #pullGate: RetryGate;
  readonly #pushGate: RetryGate;

  constructor(options: ServerCallsOptions) {
    this.#options = options;
    this.#pullGate = new RetryGate(options);
    this.#pushGate = new RetryGate(options);
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  pull(collections: PullAsks): Promise<PullResponse> {
    const { unsent, deviceId } = this.#options;
    return this.#through(this.#pullGate, 'pull', () => ({ unsent: unsent(), device: deviceId, collections }), pullResponse);
  }

  /** `onBegin`: the rows are on their way, after whatever wait. */
  push(collection: CollectionName, rows: readonly PushRow[], onBegin: () => void): Promise<PushResponse> {
    const body = {
      device: this.#options.deviceId,
      collection,
      rows: rows.map(({ assumedMasterState, newDocumentState }) => ({
        // A tombstone is no state to compare with: the row is not there.
        assumedMasterState: assumedMasterState?._deleted === true ? null : (assumedMasterState ?? null),
        newDocumentState,
      })),
    };
    const begin = () => {
      onBegin();
      return body;
    };
    return this.#through(this.#pushGate, 'push', begin, pushResponse);
  }

  digest(collections: Partial<Record<CollectionName, { count: number; hash: string }>>): Promise<DigestResponse> {
    return this.#through(this.#pullGate, 'digest', () => ({ collections }), digestResponse);
  }

  /** No more waiting: the network is back, or the person asked. */
  wake(): void {
    this.#pullGate.wake();
    this.#pushGate.wake();
  }

  /** The stream speaks: the network is there, whatever failed a moment ago. */
  heard(): void {
    this.#pullGate.heard();
    this.#pushGate.heard();
  }

  /** Somebody has signed in again. */
  resume(): void {
    this.#pullGate.release();
    this.#pushGate.release();
  }

  /** Gives up all that runs or waits. */
  end(): void {
    this.#ending.abort(new Error('Sync has ended.'));
  }

  async #through<Schema extends Parameters<typeof call>[1]['answer']>(
    gate: RetryGate,
    name: 'pull' | 'push' | 'digest',
    body: () => object,
    answer: Schema,
  ) {
    const { fetch, userId, onAnswer } = this.#options;
    const round = await gate.pass(this.signal);
    try {
      const answered = await call(fetch, {
        path: `/api/sync/${name}`,
        body: { schema: schemaNumber, ...body() },
        answer,
        userId,
        signal: this.signal,
      });
      gate.succeeded();
      onAnswer();
      return answered;
    } catch (reason) {
      this.#failed(gate, reason, round);
      throw reason;
    }
  }

  #failed(gate: RetryGate, reason: unknown, round: number): void {
    if (this.signal.aborted) return;
    if (reason instanceof NotSignedIn) {
      this.#pullGate.hold();
      this.#pushGate.hold();
      this.#options.onSessionEnd(reason.isEnded);
      return;
    }
    if (reason instanceof TooOld) this.#options.onTooOld();
    gate.failed(reason instanceof Unreachable ? reason.retryAfterMs : null, round);
  }
}
