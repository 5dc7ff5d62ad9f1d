import { online } from 'svelte/reactivity/window';
import { failureOf } from './session-api.ts';

/** Why something at the school could not be read or changed just now, as a screen tells it. */
export type Trouble = 'offline' | 'trouble';

export function troubleOf(reason: unknown): Trouble {
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
