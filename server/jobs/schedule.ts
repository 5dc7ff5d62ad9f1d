import type { Logger } from 'pino';
import type { Connections } from '../database/connections.ts';
import type { Metrics } from '../observability/metrics.ts';

export interface Jobs {
  /** Resolves when the run under way has ended; none begins after. */
  stop(): Promise<void>;
}

const everyMs = 60_000;

/**
 * What falls due by the clock alone: starts and ends of roles and relations, grants that expire (S5), sessions that are
 * long over. Each may be run by several processes at once.
 *
 * @param turned a school's grants have changed
 */
export function startJobs({ backgroundWorker }: Connections, log: Logger, metrics: Metrics, turned: (schoolId: string) => void): Jobs {
  let running = Promise.resolve();
  let isStopped = false;

  async function turnDates(): Promise<void> {
    const schools = await backgroundWorker<{ school_id: string }[]>`select school_id from app.clocks()`;
    for (const { school_id: schoolId } of schools) {
      if (isStopped) return;
      const [changed] = await backgroundWorker.begin('isolation level read committed', async (sql) => {
        await sql`select app.enter_worker(${schoolId})`;
        return sql<{ users: number }[]>`select app.turn_dates(${schoolId}) as users`;
      });
      if (changed && changed.users > 0) turned(schoolId);
    }
  }

  async function run(): Promise<void> {
    try {
      await turnDates();
      await backgroundWorker`select app.delete_expired_sessions()`;
    } catch (error) {
      metrics.failures.inc({ part: 'jobs' });
      log.error({ part: 'jobs', error }, 'background');
    }
  }

  const begin = () => {
    running = running.then(run);
  };
  const timer = setInterval(begin, everyMs);
  begin();
  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
