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

/**
 * What is kept at the school and on no device, for a screen that shows and changes it: read at once, and again when there is a
 * network. Made while a component is set up.
 */
export class KeptAtSchool<Value> {
  /** Null until it was read once. */
  current: Value | null = $state.raw(null);
  problem: Trouble | null = $state(null);
  readonly #fetch: () => Promise<Value>;

  /** @param fetch reads it; called with nothing that changes while the component lives */
  constructor(fetch: () => Promise<Value>) {
    this.#fetch = fetch;
    $effect(() => {
      if (online.current !== false) void this.load();
      else this.problem = 'offline';
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
      this.current = await this.#fetch();
      return true;
    } catch (reason) {
      this.problem = troubleOf(reason);
      return false;
    }
  }
}
