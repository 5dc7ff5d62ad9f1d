import { PgBoss } from 'pg-boss';
import postgres from 'postgres';
import { jobsSchema, queues } from '#server/jobs/queues.ts';

/**
 * Makes the tables and queues of pg-boss, or brings them up to date, as the owner: the server's role may use them, never change
 * them. May be called at every start, also by several processes at once.
 */
export async function prepareJobs(adminUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: adminUrl,
    options: '-c role=studystreaks_owner',
    max: 1,
    schema: jobsSchema,
    ...{ supervise: false, schedule: false, registerInstance: false },
  });
  let failure: unknown = null;
  boss.on('error', (error) => (failure ??= error));
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    // One at a time: of two that make the same queue the second would fail.
    await sql`select pg_advisory_lock(7015)`;
    await boss.start();
    for (const [name, options] of Object.entries(queues)) {
      if (await boss.getQueue(name)) {
        const { policy: _, ...changeable } = options;
        await boss.updateQueue(name, changeable);
      } else {
        await boss.createQueue(name, options);
      }
    }
    await sql`set role studystreaks_owner`;
    await sql`grant usage on schema ${sql(jobsSchema)} to background_worker`;
    await sql`grant select, insert, update, delete on all tables in schema ${sql(jobsSchema)} to background_worker`;
    await sql`grant execute on all functions in schema ${sql(jobsSchema)} to background_worker`;
  } finally {
    await Promise.all([boss.stop({ graceful: false }), sql.end()]);
  }
  if (failure) throw failure;
}
