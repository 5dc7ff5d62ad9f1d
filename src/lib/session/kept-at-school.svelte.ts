import { online } from 'svelte/reactivity/window';
import { NotSignedIn, Unreachable } from '../sync/http.ts';
import { failureOf } from './session-api.ts';

/** Why something at the school could not be read or changed just now, as a screen tells it. `out_of_reach`: asking again does not help. */
export type Trouble = 'offline' | 'signed_out' | 'out_of_reach' | 'trouble';

/** @throws whatever is no answer of the server's: a mistake of ours */
export function troubleOf(reason: unknown): Trouble {
  if (reason instanceof NotSignedIn) return 'signed_out';
  // Security: what a person may not see and what is not there have one answer (scope before existence).
  if (reason instanceof Unreachable && reason.message === 'not_found') return 'out_of_reach';
  return failureOf(reason).code === 'offline' ? 'offline' : 'trouble';
}

/** A server that did not answer is asked again after this long, and each time after twice as long, up to the longest. */
const againAfterMs = { first: 15_000, longest: 240_000 };

/**
 * What is kept at the school and on no device, for a screen that shows and changes it: read at once, again when there is a network,
 * and again after a while where there seems to be one and nobody answers. Made while a component is set up.
 */
export class KeptAtSchool<Value> {
  /** Null until it was read once. */
  current: Value | null = $state.raw(null);
  problem: Trouble | null = $state(null);
  readonly #fetch: () => Promise<Value>;
  /** What is asked for last is shown, however the answers come. */
  #asked = 0;

  /** @param fetch reads it; called with nothing that changes while the component lives */
  constructor(fetch: () => Promise<Value>) {
    this.#fetch = fetch;
    $effect(() => {
      if (online.current !== false) void this.load();
      else this.problem = 'offline';
    });
    $effect(() => {
      if (this.problem === 'offline' && online.current !== false) return this.#againAfterAWhile();
    });
  }

  load(): Promise<boolean> {
    return this.change(() => Promise.resolve());
  }

  /** Does what changes it, and reads how it stands then. @returns false where either failed; `problem` says why */
  async change(work: () => Promise<unknown>): Promise<boolean> {
    this.problem = null;
    try {
      await work();
      await this.#read();
      return true;
    } catch (reason) {
      this.problem = troubleOf(reason);
      return false;
    }
  }

  async #read(): Promise<void> {
    const turn = ++this.#asked;
    const value = await this.#fetch();
    if (turn === this.#asked) this.current = value;
  }

  /** Nothing is said of it before there is an answer: what the screen says stays true. @returns what ends it */
  #againAfterAWhile(): () => void {
    let isEnded = false;
    let waitMs = againAfterMs.first;
    const again = async () => {
      const problem = await this.#read().then(() => null, troubleOf);
      if (isEnded) return;
      // Anything but more of the same ends this, for what is said has changed.
      this.problem = problem;
      waitMs = Math.min(waitMs * 2, againAfterMs.longest);
      timer = setTimeout(() => void again(), waitMs);
    };
    let timer = setTimeout(() => void again(), waitMs);
    return () => {
      isEnded = true;
      clearTimeout(timer);
    };
  }
}
