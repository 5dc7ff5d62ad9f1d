import { afterNavigate } from '$app/navigation';
import { page } from '$app/state';

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
