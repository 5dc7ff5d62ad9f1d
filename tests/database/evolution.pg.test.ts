import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { expect, inject, test } from 'vitest';
import { migrate, rollback, status } from '#db/migrate.ts';
import { prepareRoles } from '#db/roles.ts';
import { seedDemoSchools } from '#db/seed/index.ts';
import { createTestDatabase } from '#db/testing.ts';
import { createKeyring } from '#server/database/crypto/keyring.ts';
import { createFileVault } from '#server/vault/file-vault.ts';
import { describeSchema } from './evolution/schema-description.ts';

/** What is worked out from other rows, by triggers and jobs, or comes with the migrations themselves: it may differ after one has come and gone. */
const derived = /^(access_grants|access_reach|sync_index|school_clock|sign_in_lookup|audit_.*|.*_due|.*permissions|retention_defaults)$/;

test('migrations go up, down and up again, and leave the same schema', { timeout: 180_000 }, async () => {
  const { url, secret } = inject('postgres');
  const admin = postgres(url, { max: 1, onnotice: () => undefined });
  const name = `migrations_${String(process.pid)}`;
  await admin`create database ${admin(name)}`;
  const target = new URL(url);
  target.pathname = `/${name}`;
  try {
    await prepareRoles(target.href, secret);
    const applied = await migrate(target.href);
    const first = await describeSchema(target.href);
    expect((await rollback(target.href, applied.length)).length).toBe(applied.length);
    expect(await describeSchema(target.href)).toEqual([]);
    await migrate(target.href);
    expect(await describeSchema(target.href)).toEqual(first);
    expect(await status(target.href)).toEqual({ applied, pending: [] });
  } finally {
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end();
  }
});

test('each migration goes down and up again under the demo schools, and what it does not drop is kept', { timeout: 180_000 }, async () => {
  const database = await createTestDatabase(inject('postgres'));
  const directory = await mkdtemp(join(tmpdir(), 'evolution-'));
  const sql = postgres(database.adminUrl, { max: 1, onnotice: () => undefined });
  try {
    // A clone does not inherit what the owner may do with its database.
    await sql`grant create on database ${sql(new URL(database.adminUrl).pathname.slice(1))} to studystreaks_owner`;
    const keyring = createKeyring({ vault: await createFileVault(directory), masterKey: Buffer.from(database.secret, 'hex') });
    const today = new Date('2026-11-24T09:00:00Z');
    await seedDemoSchools({ adminUrl: database.adminUrl, secret: database.secret, keyring, today, size: 'small' });

    for (const { name, up, down } of (await migrationFiles()).reverse()) {
      const schema = await describeSchema(database.adminUrl);
      const before = await countRows(sql);
      await apply(sql, down);
      const below = await countRows(sql);
      await apply(sql, up);
      expect(await describeSchema(database.adminUrl), `${name} up again`).toEqual(schema);
      const after = await countRows(sql);
      for (const table of below.keys()) {
        if (derived.test(table)) continue;
        expect(below.get(table), `rows of ${table} when ${name} was down`).toBe(before.get(table));
        expect(after.get(table), `rows of ${table} when ${name} was up again`).toBe(before.get(table));
      }
      await apply(sql, down);
    }
    expect(await describeSchema(database.adminUrl)).toEqual([]);
  } finally {
    await sql.end();
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  }
});

interface Migration {
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

/** As dbmate reads them; it cannot take one step up while others wait. */
async function migrationFiles(): Promise<Migration[]> {
  const folder = fileURLToPath(new URL('../../db/migrations', import.meta.url));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const [up = '', down = ''] = (await readFile(join(folder, name), 'utf8')).split('-- migrate:down');
      return { name, up, down };
    }),
  );
}

async function apply(sql: postgres.Sql, statements: string): Promise<void> {
  await sql.begin((transaction) => transaction.unsafe(statements));
}

async function countRows(sql: postgres.Sql): Promise<Map<string, number>> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`;
  const counts = new Map<string, number>();
  for (const { name } of tables) {
    const [row] = await sql<{ rows: number }[]>`select count(*)::int as rows from ${sql(name)}`;
    counts.set(name, row?.rows ?? 0);
  }
  return counts;
}
