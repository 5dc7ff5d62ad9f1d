import process from 'node:process';
import { startJobs } from '#server/jobs/jobs.ts';
import { openPool } from '#server/database/connections.ts';
import { createLog } from '#server/observability/log.ts';
import { createMetrics } from '#server/observability/metrics.ts';
import { must } from '#domain/must.ts';

/** A server's process that takes up a school's retention, says so, and never comes to its end: it is killed in the middle. */
const databaseUrl = must(process.env['WORKER_URL'], 'the test says which database');
await startJobs({
  databaseUrl,
  database: openPool(databaseUrl, 1),
  retention: {
    apply: () => {
      console.log('taken up');
      return new Promise(() => undefined);
    },
  },
  digest: null,
  log: createLog('silent'),
  metrics: createMetrics(),
  turned: () => undefined,
  times: { pollingIntervalSeconds: 0.5, superviseIntervalSeconds: 1 },
});
