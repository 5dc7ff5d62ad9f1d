import type { Context } from 'hono';
import type { Connections, Transaction } from '../database/connections.ts';
import { withUserAtOnce, type Entered, type Mode } from '../database/enter.ts';
import { retrying } from '../database/retry.ts';
import { requestOrigin } from '../http/client-address.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { Problem } from '../http/problem.ts';
import type { Metrics } from '../observability/metrics.ts';
import { requireSession, type SessionCookie } from './session-cookie.ts';
import type { SessionKeeper } from './session-keeper.ts';

export interface AsUserDependencies {
  readonly connections: Connections;
  readonly cookie: SessionCookie;
  readonly sessionKeeper: SessionKeeper;
  readonly trustedProxies: number;
  readonly metrics: Pick<Metrics, 'cacheLookUps'>;
}

/** Runs `work` as the person whose cookie it is, and refuses when the device believes it is somebody else's (S26). */
export type AsUser = <Result>(
  c: Context<AppEnvironment>,
  mode: Mode,
  work: (sql: Transaction, entered: Promise<Entered>) => Promise<Result>,
) => Promise<Result>;

export function createAsUser({ connections, cookie, sessionKeeper, trustedProxies, metrics }: AsUserDependencies): AsUser {
  return async (c, mode, work) => {
    const sessionId = requireSession(cookie, c);
    const believed = c.req.header('X-StudyStreaks-User');
    const result = await retrying(() =>
      withUserAtOnce(
        connections.authenticatedUser,
        sessionId,
        mode,
        (sql, entering) =>
          work(
            sql,
            entering.then((entered) => {
              c.set('userKind', entered.kind);
              metrics.cacheLookUps.inc({ cache: 'access', outcome: entered.wasAtHand ? 'hit' : 'miss' });
              if (believed !== undefined && believed !== entered.userId) throw new Problem('not_signed_in');
              return entered;
            }),
          ),
        mode === 'write' ? requestOrigin(c, trustedProxies) : null,
      ),
    );
    sessionKeeper.used(sessionId);
    return result;
  };
}
