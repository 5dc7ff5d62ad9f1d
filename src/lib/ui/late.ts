import type { Component } from 'svelte';
import { preloadCode } from '$app/navigation';

/** Brings a part of a screen that most first screens do without; `Late.svelte` shows it. */
export type Late<Props extends object> = () => Promise<{ readonly default: Component<Props> }>;

const parts = new Set<() => Promise<unknown>>();
let isAhead = false;

/** Declares such a part. Call it as the module that shows it is loaded: it is fetched ahead, or when it is first shown. */
export function late<Props extends object>(part: Late<Props>): Late<Props> {
  if (isAhead) fetchQuietly(part);
  else parts.add(part);
  return part;
}

/**
 * Fetches what screens may ask for next. Call it when the first screen is there: the wifi may go before the service worker
 * has put everything by.
 *
 * @param paths of the person's other screens
 */
export function fetchAhead(paths: readonly string[]): void {
  whenIdle(() => {
    // `tests/bench` counts what was fetched before and after.
    performance.mark('ahead');
    isAhead = true;
    for (const path of paths) fetchQuietly(() => preloadCode(path));
    for (const part of parts) fetchQuietly(part);
    parts.clear();
  });
}

/** Whoever asks for what could not be fetched ahead is told then. */
function fetchQuietly(fetching: () => Promise<unknown>): void {
  fetching().catch(() => undefined);
}

/** Safari has no idle callbacks. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run, { timeout: 2000 });
  else setTimeout(run, 200);
}
