import type { Logger } from 'pino';
import type { Sessions } from './sessions.ts';

export interface SessionKeeper {
  /** A session was used: its sliding lifetime is looked after, at most once an hour and behind the answer. */
  used(sessionId: string): void;
}

const atMostEveryMs = 3_600_000;
const remembered = 20_000;

/**
 * A device that only ever syncs never asks who it is; its session must slide all the same. `app.enter` decides in each
 * request whether the session lives, so nothing waits for this.
 */
export function createSessionKeeper(sessions: Sessions, log: Logger): SessionKeeper {
  const lookedAt = new Map<string, number>();
  return {
    used(sessionId) {
      const now = Date.now();
      const last = lookedAt.get(sessionId);
      if (last !== undefined && now - last < atMostEveryMs) return;
      if (lookedAt.size >= remembered) lookedAt.clear();
      lookedAt.set(sessionId, now);
      sessions.validate(sessionId).catch((error: unknown) => {
        log.error({ part: 'session keeper', error }, 'background');
      });
    },
  };
}
