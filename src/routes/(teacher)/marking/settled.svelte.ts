import { syncStatus } from '$lib/sync/status.svelte.ts';

/** What the last pull brought is taken in a moment after it has come. */
const settleMs = 5_000;

/** Whether what this device holds is as the school told it last. Made while a component is set up. */
export class Settled {
  current = $state(false);

  /** @param onsettled called each time that it comes to be so */
  constructor(onsettled: () => void) {
    $effect(() => {
      if (!syncStatus.current.isCaughtUp) return;
      const timer = setTimeout(() => {
        this.current = true;
        onsettled();
      }, settleMs);
      return () => {
        clearTimeout(timer);
      };
    });
  }
}
