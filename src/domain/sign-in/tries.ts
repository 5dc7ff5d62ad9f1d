import * as v from 'valibot';

/** Wrong tries so far, and when the next is allowed: milliseconds of the clock that counts them. */
export const tries = v.object({ failed: v.number(), until: v.number() });
export type Tries = v.InferOutput<typeof tries>;

export const noTries: Tries = { failed: 0, until: 0 };

const freeTries = 5;
const firstWaitMs = 30_000;
const mostWaitMs = 3_600_000;

/** After a wrong try. From the fifth on each makes the next wait twice as long: 30 seconds … an hour. */
export function afterWrongTry({ failed }: Tries, now: number): Tries {
  const count = failed + 1;
  const waitMs = count < freeTries ? 0 : Math.min(mostWaitMs, firstWaitMs * 2 ** (count - freeTries));
  return { failed: count, until: waitMs === 0 ? 0 : now + waitMs };
}

/** Milliseconds until another try is allowed; 0: now. A clock that was set back makes nobody wait for longer than an hour. */
export function waitBeforeTry({ until }: Tries, now: number): number {
  return Math.min(mostWaitMs, Math.max(0, until - now));
}
