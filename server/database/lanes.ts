import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { must } from '#domain/must.ts';
import type { ColumnTypes } from './column-types.ts';

/** A connection that one transaction has to itself, so that its statements can be sent without waiting for one another. */
export interface Lane {
  readonly sql: Sql<ColumnTypes>;
  /** A statement has gone through since it was opened: what is sent now goes on that very connection. */
  isOpen: boolean;
  /** Called as the connection closes. */
  onLoss: () => void;
}

/** Opens a pool of one connection; `onclose` is called whenever that is closed. */
export type OpenLane = (onclose: () => void) => Sql<ColumnTypes>;

/**
 * The connections of one pool's transactions. The one that was given back last is taken first: its statements are prepared,
 * its caches warm.
 */
export class Lanes {
  readonly #open: OpenLane;
  readonly #most: number;
  readonly #all = new Set<Lane>();
  readonly #idle: Lane[] = [];
  readonly #waiting: PromiseWithResolvers<Lane>[] = [];
  #isEnding = false;

  constructor(most: number, open: OpenLane) {
    this.#most = most;
    this.#open = open;
  }

  /** @throws Error when the pool has ended */
  async take(): Promise<Lane> {
    if (this.#isEnding) throw new Error('These connections to the database have been closed');
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#all.size < this.#most) return this.#add();
    const waiting = Promise.withResolvers<Lane>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  giveBack(lane: Lane): void {
    lane.onLoss = ignore;
    this.#pass(lane);
  }

  /** What was lost in the middle of a transaction is never used again: whatever of it still waits to be sent goes nowhere. */
  drop(lane: Lane): void {
    this.#all.delete(lane);
    void lane.sql.end({ timeout: 0 });
    if (this.#waiting.length > 0) this.#pass(this.#add());
  }

  /** Resolves when the transactions that are under way have ended, or have had their time. @param timeout seconds */
  async end({ timeout = Infinity }: { timeout?: number | undefined } = {}): Promise<void> {
    this.#isEnding = true;
    const latest = performance.now() + timeout * 1000;
    while (this.#idle.length < this.#all.size && performance.now() < latest) await sleep(5);
    await Promise.all(Array.from(this.#all, ({ sql }) => sql.end({ timeout: 1 })));
  }

  #add(): Lane {
    const lane: Lane = {
      sql: this.#open(() => {
        lane.isOpen = false;
        lane.onLoss();
      }),
      isOpen: false,
      onLoss: ignore,
    };
    this.#all.add(lane);
    return lane;
  }

  #pass(lane: Lane): void {
    if (this.#waiting.length > 0) must(this.#waiting.shift(), 'somebody waits').resolve(lane);
    else this.#idle.push(lane);
  }
}

function ignore(): void {
  // Nobody is on it.
}
