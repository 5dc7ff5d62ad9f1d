import { schemaNumber } from '#domain/sync/protocol.ts';
import { Problem } from '../http/problem.ts';

/** Older clients that are still served: n to n − 2 (S28). */
const oldestServed = Math.max(1, schemaNumber - 2);

/**
 * An older client is told to update and can still push; one that is newer than this server waits until the server has
 * caught up.
 */
export function checkSchema(theirs: number, purpose: 'pull' | 'push'): void {
  if (theirs > schemaNumber)
    throw new Problem('unavailable', { detail: 'The app is newer than this server. It will be updated soon.', retryAfterSeconds: 60 });
  if (theirs < 1 || (purpose === 'pull' && theirs < oldestServed)) throw new Problem('too_old');
}
