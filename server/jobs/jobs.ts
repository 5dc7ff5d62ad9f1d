import { PgBoss } from 'pg-boss';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import type { Logger } from 'pino';
import type { Database } from '../database/connections.ts';
import { inTransaction } from '../database/transaction.ts';
import type { WeeklyDigest } from '../family/weekly-digest.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Retention } from '../privacy/retention.ts';
import { StartError } from '../start-error.ts';
import { jobsSchema, mailSchedule, schedules, scheduleTimeZone, type QueueName } from './queues.ts';

export interface JobsOptions {
  /** The address of background_worker: the queue has two connections of its own. */
  readonly databaseUrl: string;
  /** The pool of background_worker, for the work itself. */
  readonly database: Database;
  readonly retention: Pick<Retention, 'apply'>;
  /** Null: the server cannot send mail, and nothing is queued. */
  readonly digest: WeeklyDigest | null;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** A school's grants have changed. */
  readonly turned: (schoolId: string) => void;
  readonly times?: JobTimes;
}

/** How often is looked: for new jobs, and for those whose process died. */
export interface JobTimes {
  readonly pollingIntervalSeconds: number;
  readonly superviseIntervalSeconds: number;
}

export interface Jobs {
  /** Has a school's retention begin soon; null where it is on its way already. */
  applyRetention(schoolId: string): Promise<string | null>;
  /** Resolves when the jobs under way have ended, or come to a place where another process can go on; none begins after. */
  stop(): Promise<void>;
}

type Handler = (data: unknown, signal: AbortSignal) => Promise<void>;

const usualTimes: JobTimes = { pollingIntervalSeconds: 5, superviseIntervalSeconds: 60 };
const graceMs = 10_000;
const ofSchool = v.object({ schoolId: uuid });

/**
 * What falls due by the clock alone, on pg-boss (MIT; queues in the database that is there anyway, retries and schedules that
 * several server processes share without a leader). A job runs in one process at a time; if that dies, another takes it up.
 *
 * @throws StartError when the queue was not made
 */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { database, log, metrics, times = usualTimes } = options;
  const stopping = new AbortController();
  const boss = new PgBoss({
    connectionString: options.databaseUrl,
    application_name: 'studystreaks jobs',
    max: 2,
    schema: jobsSchema,
    // Made by `npm run db -- migrate`: background_worker owns nothing.
    ...{ migrate: false, createSchema: false, reindex: false, monitorVacuum: false, registerInstance: false },
    superviseIntervalSeconds: times.superviseIntervalSeconds,
    monitorIntervalSeconds: times.superviseIntervalSeconds,
  });
  const failed = (error: unknown): void => {
    metrics.failures.inc({ part: 'jobs' });
    log.error({ part: 'jobs', error }, 'background');
  };
  boss.on('error', failed);

  const handlers: Record<QueueName, Handler> = {
    'turn-dates': async (_, signal) => {
      for (const schoolId of await schools(database)) {
        signal.throwIfAborted();
        if ((await turnDates(database, schoolId)) > 0) options.turned(schoolId);
      }
    },
    sessions: async () => {
      await database`select app.delete_expired_sessions()`;
    },
    'retention-night': async () => {
      for (const schoolId of await schools(database)) await applyRetention(schoolId);
    },
    retention: async (data, signal) => {
      await options.retention.apply(v.parse(ofSchool, data).schoolId, signal);
    },
    'digest-week': async () => {
      for (const schoolId of await schools(database))
        await boss.send('digest' satisfies QueueName, { schoolId }, { singletonKey: schoolId });
    },
    digest: async (data, signal) => {
      await options.digest?.send(v.parse(ofSchool, data).schoolId, signal);
    },
  };

  const applyRetention = (schoolId: string): Promise<string | null> =>
    boss.send('retention' satisfies QueueName, { schoolId }, { singletonKey: schoolId });

  const work = async (queue: QueueName): Promise<void> => {
    await boss.work<unknown>(queue, { pollingIntervalSeconds: times.pollingIntervalSeconds }, async ([job]) => {
      if (!job) return;
      try {
        await handlers[queue](job.data, AbortSignal.any([job.signal, stopping.signal]));
      } catch (error) {
        if (!stopping.signal.aborted) failed(error);
        // The queue has to know, to try again; of the error it keeps the kind alone, since a message may quote a value.
        // eslint-disable-next-line preserve-caught-error
        throw new Error(error instanceof Error ? error.name : 'unknown');
      }
    });
  };

  await boss.start().catch((cause: unknown) => {
    throw new StartError('The queue of jobs is not there, or is of another version. Run: npm run db -- migrate', { cause });
  });
  for (const { queue, cron } of schedules) await boss.schedule(queue, cron, null, { tz: scheduleTimeZone });
  if (options.digest) await boss.schedule(mailSchedule.queue, mailSchedule.cron, null, { tz: scheduleTimeZone });
  else await boss.unschedule(mailSchedule.queue);
  // What fell due while no server was running does not wait for the next full minute.
  await boss.send('turn-dates' satisfies QueueName);
  await work('turn-dates');
  await work('sessions');
  await work('retention-night');
  await work('retention');
  if (options.digest) {
    await work('digest-week');
    await work('digest');
  }

  return {
    applyRetention,
    async stop() {
      stopping.abort();
      await boss.stop({ graceful: true, timeout: graceMs });
    },
  };
}

async function schools(database: Database): Promise<string[]> {
  const rows = await database<{ schoolId: string }[]>`select school_id as "schoolId" from app.clocks()`;
  return rows.map(({ schoolId }) => schoolId);
}

/** Returns how many people's grants were looked at. */
async function turnDates(database: Database, schoolId: string): Promise<number> {
  return inTransaction(database, 'read committed', async (sql) => {
    await sql`select app.enter_worker(${schoolId})`;
    const [turned] = await sql<{ users: number }[]>`select app.turn_dates(${schoolId}) as users`;
    return turned?.users ?? 0;
  });
}
