import { error } from '@sveltejs/kit';
import { dev } from '$app/environment';

/** In development only: what is built carries nothing of it. */
export async function load() {
  if (!dev) error(404);
  return { Gallery: (await import('./Gallery.svelte')).default };
}
