import process from 'node:process';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { startServer } from '#server/main.ts';
import { startCluster } from '../cluster.ts';
import { createMemoryEvidenceStore } from '../../setup/memory-evidence-store.ts';
import { startNaiveServer } from '../sync/naive-server.ts';
import { addFamilies } from './families.ts';

/**
 * A process of its own with one of the two servers, so that its memory is that server's alone: `ours` or `naive`, families, and
 * devices of each. Prints where it is and who may come; then, for each line on its input, how many bytes it has in use. Ends with
 * its input, and leaves nothing behind.
 */
const [which = 'ours', familyCount = '50', familySize = '10'] = process.argv.slice(2);
const stops: (() => Promise<unknown>)[] = [];

async function begin(): Promise<void> {
  const { url: databaseUrl, masterKey, vault, keyring } = await startCluster((step) => stops.push(step));
  const server =
    which === 'ours'
      ? await startServer({ port: 0, databaseUrl, masterKey, vault, evidenceStore: createMemoryEvidenceStore(), log: 'silent' })
      : await startNaiveServer(databaseUrl);
  stops.push(server.stop);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  stops.push(() => sql.end());
  const families = await addFamilies(sql, keyring, Number(familyCount), Number(familySize));
  await sql`vacuum analyze`;
  console.log(JSON.stringify({ url: server.url, adminUrl: databaseUrl, ...families }));
  createInterface(process.stdin)
    .on('line', () => {
      globalThis.gc?.();
      console.log(JSON.stringify(process.memoryUsage().rss));
    })
    .on('close', () => void end(0));
}

async function end(exitCode: number): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
  process.exit(exitCode);
}

await begin().catch(async (error: unknown) => {
  console.error(error);
  await end(1);
});
