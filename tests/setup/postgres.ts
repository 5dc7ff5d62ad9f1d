import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '#db/embedded.ts';
import { migrate } from '#db/migrate.ts';
import { prepareRoles } from '#db/roles.ts';
import type { TestCluster } from '#db/testing.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: TestCluster;
  }
}

/**
 * One PostgreSQL for a test run, in a folder of its own that is gone afterwards: roles, and a migrated template that every
 * test file clones. Nothing is synced to disk: what a crash would lose is thrown away anyhow.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'studystreaks-test-'));
  let stop = () => Promise.resolve();
  const teardown = async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    // The folder of another PostgreSQL's programs, an older one's say: npm test -- database15.
    const programs = process.env['TEST_POSTGRES_PROGRAMS'];
    const database = await startEmbeddedPostgres({
      directory,
      ...(programs && { binaries: { initdb: join(programs, 'initdb'), postgres: join(programs, 'postgres') } }),
      settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=400', 'shared_buffers=128MB'],
    });
    stop = database.stop;
    const secret = randomBytes(32).toString('hex');
    const template = 'studystreaks_template';
    const sql = postgres(database.url, { max: 1 });
    await sql`create database ${sql(template)}`;
    await sql.end();
    const templateUrl = new URL(database.url);
    templateUrl.pathname = `/${template}`;
    await prepareRoles(templateUrl.href, secret);
    await makeRoom(database.url);
    await migrate(templateUrl.href);
    project.provide('postgres', { url: database.url, directory, secret, template });
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

/** Two test files at a time, each with several servers: a school's cluster has three, and gives each role as many connections. */
async function makeRoom(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  await sql`
    do $$
    declare role name;
    begin
      for role in select rolname from pg_roles where rolconnlimit > 0 loop
        execute format('alter role %I connection limit 120', role);
      end loop;
    end $$`;
  await sql.end();
}
