import { untrack } from 'svelte';
import { afterNavigate, replaceState } from '$app/navigation';
import { page } from '$app/state';

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
 * The address follows the view, so that a reload or a bookmark restores it: at once, and while it changes fast every so
 * often. It does not wait for a pause: on a slow machine keys come before timers, and the pause never. Call it in a page's initialisation.
 *
 * @param search what follows the path, `?` included; empty for the usual view
 */
export function keepAddress(search: () => string): void {
  let writtenAt = -Infinity;
  $effect(() => {
    const wanted = search();
    const write = () => {
      if (wanted === location.search) return;
      writtenAt = performance.now();
      replaceState(
        wanted === '' ? location.pathname : wanted,
        untrack(() => page.state),
      );
    };
    const waitMs = writtenAt + writeEveryMs - performance.now();
    if (waitMs <= 0) {
      write();
      return;
    }
    const timer = setTimeout(write, waitMs);
    return () => clearTimeout(timer);
  });
}
