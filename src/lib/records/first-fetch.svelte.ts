import { online } from 'svelte/reactivity/window';
import { syncStatus } from '$lib/sync/status.svelte.ts';
import type { Records } from './records.svelte.ts';

/** All that the last pull brought has been taken in when nothing has changed for this long. */
const stillMs = 400;
/** With nothing new for this long, what is here is shown as it is: the school does not answer, or this device has no room. */
const patienceMs = 10_000;

/**
 * A device's very first fetch brings work before the marks it has had, and yesterday's before last month's: until it is here
 * whole, a list of what waits would be wrong, and would move under the hand.
 */
export class FirstFetch {
  /** At once on a device that held something before. */
  isOver = $state(false);
  #isAwaited = $state(false);

  /** Call it in a component's initialisation. */
  constructor(records: Pick<Records, 'hasAnswered' | 'pieces'>) {
    $effect(() => {
      if (this.isOver || this.#isAwaited || !records.hasAnswered) return;
      if (records.pieces.length > 0 || online.current === false) this.isOver = true;
      else this.#isAwaited = true;
    });
    $effect(() => {
      if (this.isOver || !this.#isAwaited) return;
      void records.pieces;
      const timer = setTimeout(() => (this.isOver = true), syncStatus.current.isCaughtUp ? stillMs : patienceMs);
      return () => clearTimeout(timer);
    });
  }
}
