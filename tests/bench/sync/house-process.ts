import process from 'node:process';
import { seedDemoSchools } from '#db/seed/index.ts';
import { startServer } from '#server/main.ts';
import { createMemoryEvidenceStore } from '../../setup/memory-evidence-store.ts';
import { startCluster } from '../cluster.ts';
import { fillClass } from './dataset.ts';
import { startNaiveServer } from './naive-server.ts';

/**
 * A process of its own, so that no client shares its thread: PostgreSQL in a temporary folder with the settings of a real
 * start, the small demo schools with one class that is filled up, the real server and the baseline's. Prints their addresses
 * as one line of JSON. Ends with its standard input, however the bench ended, and leaves nothing behind.
 */
const stops: (() => Promise<unknown>)[] = [];

async function begin(): Promise<void> {
  const { url: databaseUrl, secret, masterKey, vault, keyring } = await startCluster((step) => stops.push(step));
  await seedDemoSchools({ adminUrl: databaseUrl, secret, keyring, today: new Date(), size: 'small', log: () => undefined });

  const server = await startServer({ port: 0, databaseUrl, masterKey, vault, evidenceStore: createMemoryEvidenceStore(), log: 'silent' });
  stops.push(server.stop);
  const naive = await startNaiveServer(databaseUrl);
  stops.push(naive.stop);
  await fillClass(databaseUrl, keyring, Number(process.argv[2]));
  console.log(JSON.stringify({ url: server.url, naiveUrl: naive.url, adminUrl: databaseUrl }));
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
