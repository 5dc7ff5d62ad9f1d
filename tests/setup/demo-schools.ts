import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { seedDemoSchools } from '#db/seed/index.ts';
import { createTestDatabase, type TestCluster } from '#db/testing.ts';
import { dateInZone } from '#domain/calendar/dates.ts';
import { createKeyring } from '#server/database/crypto/keyring.ts';
import { createFileVault } from '#server/vault/file-vault.ts';

/** What every test server begins with a copy of. */
export interface DemoSchools {
  /** The name of a database that nothing is connected to. */
  readonly database: string;
  /** The folder of the vault that belongs to it. */
  readonly vault: string;
}

/** The demo schools as they are today, seeded for whichever test file is the first to ask: a seed takes longer than many a file's tests. */
export async function demoSchools(cluster: TestCluster): Promise<DemoSchools> {
  const today = new Date();
  const database = `demo_schools_${dateInZone(today, 'Europe/London')}`;
  const vault = join(cluster.directory, database);
  const sql = postgres(cluster.url, { max: 1, onnotice: () => undefined });
  try {
    // Whoever asks meanwhile waits. It is let go of with the connection.
    await sql`select pg_advisory_lock(7017)`;
    const [found] = await sql`select from pg_database where datname = ${database}`;
    if (!found) {
      await rm(vault, { recursive: true, force: true });
      const made = await createTestDatabase(cluster);
      const keyring = createKeyring({ vault: await createFileVault(vault), masterKey: Buffer.from(cluster.secret, 'hex') });
      await seedDemoSchools({ adminUrl: made.adminUrl, secret: cluster.secret, keyring, today, size: 'small' });
      // It gets its name when it is whole: a seed that failed is begun anew.
      await sql`alter database ${sql(new URL(made.adminUrl).pathname.slice(1))} rename to ${sql(database)}`;
    }
    return { database, vault };
  } finally {
    await sql.end();
  }
}
