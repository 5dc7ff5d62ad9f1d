import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { prepareJobs } from '#db/jobs-schema.ts';
import { roleUrl } from '#db/roles.ts';
import { must } from '#domain/must.ts';
import { openPool, type Database } from '#server/database/connections.ts';
import { startJobs, type Jobs, type JobsOptions } from '#server/jobs/jobs.ts';
import { queues } from '#server/jobs/queues.ts';
import { createLog } from '#server/observability/log.ts';
import { createMetrics } from '#server/observability/metrics.ts';
import { openWorld, type World } from './world.ts';

/** What falls due by the clock runs once, whatever number of processes there is, and is taken up where one died. */

let world: World;
let url: string;
let worker: Database;
let schoolId: string;
const running: Jobs[] = [];

beforeAll(async () => {
  world = await openWorld();
  url = roleUrl(world.adminUrl, 'background_worker', world.secret);
  worker = openPool(url, 2);
  schoolId = await world.addSchool();
  // The same rules in less time.
  await world.sql`update jobs.queue set heartbeat_seconds = 2, retry_delay = 1, retry_backoff = false`;
});
beforeEach(async () => {
  await world.sql`delete from jobs.job`;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
});
afterAll(async () => {
  await worker.end();
  await world.close();
});

async function start(apply: JobsOptions['retention']['apply'], more: Partial<JobsOptions> = {}): Promise<Jobs> {
  const jobs = await startJobs({
    databaseUrl: url,
    database: worker,
    retention: { apply },
    digest: null,
    log: createLog('silent'),
    metrics: createMetrics(),
    turned: () => undefined,
    times: { pollingIntervalSeconds: 0.5, superviseIntervalSeconds: 1 },
    ...more,
  });
  running.push(jobs);
  return jobs;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(50);
}

async function retentionJobs(): Promise<{ state: string; retryCount: number }[]> {
  return world.sql`select state, retry_count as "retryCount" from jobs.job where name = 'retention'`;
}

test('the queue belongs to the owner; the server’s one role may use it and change nothing of it', async () => {
  const [schema] = await world.sql`
    select n.nspowner::regrole::text as owner,
      (select array_agg(rolname::text order by rolname) from pg_roles
        where rolname in ('authenticated_user', 'sign_in', 'background_worker', 'auditor', 'monitor') and has_schema_privilege(rolname, n.oid, 'usage')) as users,
      (select bool_or(has_schema_privilege(rolname, n.oid, 'create')) from pg_roles
        where rolname in ('authenticated_user', 'sign_in', 'background_worker', 'auditor', 'monitor')) as "mayCreate",
      (select count(*)::integer from pg_class c where c.relnamespace = n.oid and c.relowner <> n.nspowner) as strays
    from pg_namespace n where n.nspname = 'jobs'`;
  expect(schema).toEqual({ owner: 'studystreaks_owner', users: ['background_worker'], mayCreate: false, strays: 0 });
  await expect(worker`alter table jobs.queue add column more text`).rejects.toMatchObject({ code: '42501' });
});

test('making it again changes nothing', async () => {
  await prepareJobs(world.adminUrl);
  const rows = await world.sql<{ name: string; policy: string }[]>`select name, policy from jobs.queue where name not like '\\_\\_%'`;
  expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(queues).toSorted());
  expect(new Set(rows.map(({ policy }) => policy))).toEqual(new Set(['exclusive']));
  await world.sql`update jobs.queue set heartbeat_seconds = 2, retry_delay = 1, retry_backoff = false`;
});

test('dates are turned as soon as a server starts', async () => {
  const student = await world.addPerson(schoolId, 'student');
  const teacher = await world.addPerson(schoolId, 'teacher');
  const due = new Date(Date.now() + 1500);
  await world.giveRole(schoolId, teacher.id, 'teacher', { kind: 'student', target: student.id }, world.sql, { until: due });
  await pause(1600);
  const turned: string[] = [];
  await start(() => Promise.resolve({}), { turned: (id) => turned.push(id) });
  await until(() => turned.includes(schoolId));
  const [open] = await world.sql`
    select 1 from access_grants where school_id = ${schoolId} and user_id = ${teacher.id} and audience = 'student' and to_version is null`;
  expect(open).toBeUndefined();
});

test('of several processes one runs a school’s retention, once, however often it was asked for', async () => {
  const runs: string[] = [];
  const apply = async (id: string) => {
    runs.push(id);
    await pause(300);
    return {};
  };
  const processes = [await start(apply), await start(apply), await start(apply)];
  const asked = await Promise.all(processes.map((jobs) => jobs.applyRetention(schoolId)));
  expect(asked.filter((job) => job !== null)).toHaveLength(1);
  await until(async () => (await retentionJobs()).some(({ state }) => state === 'completed'));
  await pause(1500);
  expect(runs).toEqual([schoolId]);
});

test('what failed is tried again, and of the error nothing is kept that could name anybody', async () => {
  let tries = 0;
  const metrics = createMetrics();
  const jobs = await start(() => (++tries === 1 ? Promise.reject(new Error('Maya Okafor, maya@example.org')) : Promise.resolve({})), {
    metrics,
  });
  await jobs.applyRetention(schoolId);
  await until(async () => (await retentionJobs()).some(({ state }) => state === 'completed'));
  expect(tries).toBe(2);
  expect(await metrics.registry.metrics()).toContain('studystreaks_failures_total{part="jobs"} 1');
  const [left] = await world.sql<{ text: string }[]>`select string_agg(job::text, ' ') as text from jobs.job job`;
  expect(must(left, 'there are jobs').text).not.toContain('Maya');
});

test('a server that stops lets go of its job, and another goes on with it', async () => {
  const begun = Promise.withResolvers<undefined>();
  const first = await start(async (_, signal) => {
    begun.resolve(undefined);
    await once(must(signal, 'a job can be stopped'), 'abort');
    throw new Error('stopped');
  });
  await first.applyRetention(schoolId);
  await begun.promise;
  const before = performance.now();
  await first.stop();
  expect(performance.now() - before).toBeLessThan(9_000);
  let runs = 0;
  await start(() => Promise.resolve((runs++, {})));
  await until(() => runs === 1);
});

test('a process that is killed in the middle of a job loses nothing: another takes it up', async () => {
  const child = spawn(process.execPath, ['tests/database/jobs-process.ts'], {
    env: { ...process.env, WORKER_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await world.sql`
    insert into jobs.job (name, data, singleton_key, retry_limit, retry_delay, expire_seconds, deletion_seconds, keep_until, policy, heartbeat_seconds)
    values ('retention', ${world.sql.json({ schoolId })}, ${schoolId}, 5, 1, 3600, 3600, now() + interval '1 day', 'exclusive', 2)`;
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await retentionJobs()).map(({ state }) => state)).toEqual(['active']);

  const runs: string[] = [];
  await start((id) => {
    runs.push(id);
    return Promise.resolve({});
  });
  await until(() => runs.length > 0);
  await until(async () => (await retentionJobs()).every(({ state }) => state === 'completed'));
  expect(runs).toEqual([schoolId]);
  expect((await retentionJobs()).map(({ retryCount }) => retryCount)).toEqual([1]);
});

test('on Fridays each school’s digests are sent by a job of its own, and tried again where the mail server was away', async () => {
  await world.sql`update jobs.queue set retry_delay = 1, retry_backoff = false where name = 'digest'`;
  const asked: string[] = [];
  const send = (id: string) => {
    asked.push(id);
    return asked.length === 1 ? Promise.reject(new Error('away: maya@example.org')) : Promise.resolve();
  };
  await start(() => Promise.resolve({}), { digest: { send } });
  await world.sql`insert into jobs.job (name, policy) select name, policy from jobs.queue where name = 'digest-week'`;
  await until(() => asked.length === 2);
  expect(new Set(asked)).toEqual(new Set([schoolId]));
  const [left] = await world.sql<{ text: string }[]>`select string_agg(job::text, ' ') as text from jobs.job job`;
  expect(must(left, 'there are jobs').text).not.toContain('maya');
});
