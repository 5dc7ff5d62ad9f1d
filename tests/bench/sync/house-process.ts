import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { startEmbeddedPostgres } from '#db/embedded.ts';
import { migrate } from '#db/migrate.ts';
import { prepareRoles } from '#db/roles.ts';
import { seedDemoSchools } from '#db/seed/index.ts';
import { createKeyring } from '#server/database/crypto/keyring.ts';
import { loadMasterKey } from '#server/database/crypto/master-key.ts';
import { startServer } from '#server/main.ts';
import { createFileVault } from '#server/vault/file-vault.ts';
import { fillClass } from './dataset.ts';
import { startNaiveServer } from './naive-server.ts';

/**
 * A process of its own, so that no client shares its thread: PostgreSQL in a temporary folder with the settings of a real
 * start, the small demo schools with one class that is filled up, the real server and the baseline's. Prints their addresses
 * as one line of JSON. Ends with its standard input, however the bench ended, and leaves nothing behind.
 */
const stops: (() => Promise<unknown>)[] = [];

async function begin(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'studystreaks-bench-'));
  stops.push(() => rm(directory, { recursive: true, force: true }));
  // As root PostgreSQL runs as another user, who has to reach its cluster through this folder.
  await chmod(directory, 0o711);

  const masterKey = await loadMasterKey(join(directory, 'master.key'));
  const vault = await createFileVault(join(directory, 'vault'));
  const database = await startEmbeddedPostgres({ directory: join(directory, 'postgres') });
  stops.push(database.stop);

  const secret = masterKey.toString('hex');
  await prepareRoles(database.url, secret);
  await migrate(database.url);
  const keyring = createKeyring({ vault, masterKey });
  await seedDemoSchools({ adminUrl: database.url, secret, keyring, today: new Date(), size: 'small', log: () => undefined });

  const server = await startServer({ port: 0, databaseUrl: database.url, masterKey, vault, log: 'silent' });
  stops.push(server.stop);
  const naive = await startNaiveServer(database.url);
  stops.push(naive.stop);
  await fillClass(database.url, keyring, Number(process.argv[2]));
  console.log(JSON.stringify({ url: server.url, naiveUrl: naive.url, adminUrl: database.url }));
}

async function end(exitCode: number): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
  process.exit(exitCode);
}

const begun = begin();
process.stdin.resume().on('end', () => void begun.catch(() => undefined).then(() => end(0)));
await begun.catch(async (error: unknown) => {
  console.error(error);
  await end(1);
});
