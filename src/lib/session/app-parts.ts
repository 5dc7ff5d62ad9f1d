import { registerWorker } from './register-worker.ts';

const firstScreenMs = 1_000;

/** The database and its sync: most of the app's weight, which the screens of nobody do without. */
export const loadPerson = () => import('./person.ts');

/**
 * Fetches what the first screen does not need, and puts the whole app by, so that it may be opened without a network straight
 * after the sign-in. On a device that has never been here the first screen goes first; the rest comes while the person types.
 */
export function fetchTheRest(): void {
  const isPutBy = 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null;
  const fetchIt = () => {
    void registerWorker();
    // Whoever needs it hears of what went wrong.
    loadPerson().catch(() => undefined);
  };
  if (isPutBy) fetchIt();
  else setTimeout(fetchIt, firstScreenMs);
}
