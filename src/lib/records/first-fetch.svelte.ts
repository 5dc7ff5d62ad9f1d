import { online } from 'svelte/reactivity/window';
import { syncStatus } from '$lib/sync/status.svelte.ts';
import type { Piece } from './pieces.ts';

/** What was kept last is on the screen when nothing has changed for this long. */
const stillMs = 200;
/** With nothing new for this long, what is here is shown as it is: the school does not answer, or this device has no room. */
const patienceMs = 10_000;

/** What the device has said that it holds. */
interface Held {
  readonly hasAnswered: boolean;
  readonly pieces: readonly Piece[];
}

/**
 * A device's very first fetch brings work before the marks it has had, and yesterday's before last month's: until it is here
 * whole, whatever counts or lists it would be wrong, and would move under the hand.
 */
export class FirstFetch {
  /** At once on a device that was whole before, and without a network. */
  isOver = $state(false);
  #isAwaited = $state(false);

  /** Call it in a component's initialisation. */
  constructor(records: Held) {
    $effect(() => {
      if (this.isOver || !records.hasAnswered) return;
      if (online.current === false || (syncStatus.current.hasBeenWhole && !this.#isAwaited)) this.isOver = true;
      else this.#isAwaited = true;
    });
    $effect(() => {
      if (this.isOver || !this.#isAwaited) return;
      void records.pieces;
      const timer = setTimeout(() => (this.isOver = true), syncStatus.current.hasBeenWhole ? stillMs : patienceMs);
      return () => clearTimeout(timer);
    });
  }
}
