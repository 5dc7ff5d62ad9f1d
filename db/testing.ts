import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

/** What a test run's one cluster is known by; provided by tests/setup/postgres.ts. */
export interface TestCluster {
  /** The superuser's address of the cluster's first database. */
  readonly url: string;
  /** A folder that is gone after the run. */
  readonly directory: string;
  /** What the roles' passwords are derived from. */
  readonly secret: string;
  /** A migrated, empty database that each test clones. */
  readonly template: string;
}

export interface TestDatabase {
  readonly adminUrl: string;
  readonly secret: string;
  drop(): Promise<void>;
}

/** A fresh, migrated, empty database of its own for a test file; `drop` it when done. */
export async function createTestDatabase(cluster: TestCluster): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administrate(cluster.url, (sql) => sql`create database ${sql(name)} template ${sql(cluster.template)}`);
  const url = new URL(cluster.url);
  url.pathname = `/${name}`;
  return {
    adminUrl: url.href,
    secret: cluster.secret,
    drop: () => administrate(cluster.url, (sql) => sql`drop database if exists ${sql(name)} with (force)`),
  };
}

/** Runs one statement as the superuser; test files clone at the same time, which PostgreSQL allows one by one. */
async function administrate(url: string, statement: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql`select pg_advisory_lock(7012)`;
    await statement(sql);
  } finally {
    await sql.end();
  }
}
