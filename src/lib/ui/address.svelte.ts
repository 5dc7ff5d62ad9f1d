import { onDestroy, untrack } from 'svelte';
import { afterNavigate, replaceState } from '$app/navigation';
import { page } from '$app/state';
import { afterPicture } from './after-picture.ts';

/** Safari refuses more than a hundred changes in thirty seconds; a key held down would make that many. */
const writeEveryMs = 350;

/**
 * Restores a view from the page's address: at once, and again when a link or Back changes it. Call it in a page's
 * initialisation. `afterNavigate` alone misses the first load here, since a page is mounted only when it is known who is signed in.
 */
export function followAddress(restore: (parameters: URLSearchParams) => void): void {
  restore(page.url.searchParams);
  afterNavigate(() => {
    restore(page.url.searchParams);
  });
}

/**
 * The address follows the view, so that a reload or a bookmark restores it: after the next picture, since the browser takes
 * its time over it, and while the view changes fast every so often. Call it in a page's initialisation.
 *
 * @param search what follows the path, `?` included; empty for the usual view
 */
export function keepAddress(search: () => string): void {
  let wanted = '';
  let writtenAt = -Infinity;
  let letBe: (() => void) | null = null;
  const write = () => {
    letBe?.();
    letBe = null;
    if (wanted === location.search) return;
    writtenAt = performance.now();
    replaceState(
      wanted === '' ? location.pathname : wanted,
      untrack(() => page.state),
    );
  };
  $effect(() => {
    wanted = search();
    const waitMs = writtenAt + writeEveryMs - performance.now();
    // On a slow machine keys come before timers, and the pause never.
    if (letBe !== null && waitMs < -writeEveryMs) write();
    else letBe ??= waitMs > 0 ? afterWhile(waitMs, write) : afterPicture(write);
  });
  onDestroy(() => letBe?.());
}

function afterWhile(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
