import { Problem } from '../http/problem.ts';

/** Numbers before the server's that are still served: n to n − 2 (S28). */
const olderServed = 2;

/**
 * An older client is told to update and can still push; one that is newer than this server waits until the server has
 * caught up.
 *
 * @throws Problem
 */
export function checkSchema(theirs: number, ours: number, purpose: 'pull' | 'push'): void {
  if (theirs > ours)
    throw new Problem('unavailable', { detail: 'The app is newer than this server. It will be updated soon.', retryAfterSeconds: 60 });
  if (theirs < 1 || (purpose === 'pull' && theirs < ours - olderServed)) throw new Problem('too_old');
}
