import { error } from '@sveltejs/kit';

/** In development only: what is built carries nothing of it, which the bundler sees by this constant alone. */
export async function load() {
  if (import.meta.env.DEV) return { Gallery: (await import('./Gallery.svelte')).default };
  error(404);
}
