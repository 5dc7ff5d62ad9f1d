import type { Logger } from 'pino';
import type { Connections } from '../database/connections.ts';
import { SessionEnded, withUser, type Entered } from '../database/enter.ts';

export interface DeviceContacts {
  /** The device has nothing unsent: its last contact is now. Does not keep the caller waiting. */
  touch(sessionId: string, entered: Entered, deviceId: string): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** A day is what counts; once a minute is plenty. */
const atMostEveryMs = 60_000;
const remembered = 20_000;

export function createDeviceContacts({ authenticatedUser }: Connections, log: Logger): DeviceContacts {
  const touchedAt = new Map<string, number>();
  const underWay = new Set<Promise<void>>();

  return {
    touch(sessionId, { schoolId, userId }, deviceId) {
      const key = [schoolId, userId, deviceId].join();
      const now = Date.now();
      if (now - (touchedAt.get(key) ?? -Infinity) < atMostEveryMs) return;
      if (touchedAt.size >= remembered) touchedAt.clear();
      touchedAt.set(key, now);
      const work = withUser(authenticatedUser, sessionId, 'write', async (sql) => {
        await sql`select app.touch_device(${deviceId})`;
      })
        .catch((error: unknown) => {
          touchedAt.delete(key);
          if (!(error instanceof SessionEnded)) log.error({ part: 'device contact', error }, 'background');
        })
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    async idle() {
      await Promise.allSettled(underWay);
    },
  };
}
