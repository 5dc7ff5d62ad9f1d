import * as v from 'valibot';
import { randomFor } from '#db/seed/random.ts';
import { clubId, studentId } from '#domain/ids.ts';
import type { NewHomework } from '../../../src/lib/data/homework.ts';
import { figure, interleaved, quantile, type Figure } from '../figures.ts';
import { report, type Line } from '../report.ts';
import { buildPage, inChromium } from './browser.ts';
import { demo, someHomework } from './dataset.ts';
import { openHouse, type House } from './house.ts';
import { naiveEnvironment, ourEnvironment, rawFirstSyncInNode } from './in-node.ts';
import { naiveLatencies, ourLatencies, Writer } from './latency.ts';
import { measureNaive, NaiveClient } from './naive-client.ts';
import { measureOurs, OurClient } from './our-client.ts';
import { requireCount, Tables } from './tables.ts';

const documentCount = 10_000;
const writeCount = 1_000;
const latencyCount = 200;
const times = 3;
const latencyParts = 4;

const teacher = { school: demo.school, email: demo.email, password: demo.password };
const child = { classCode: demo.classCode, student: demo.child, pictures: demo.pictures };

/** What one contender took for each figure; not each contender has all. */
interface Run {
  readonly firstScreen?: number;
  readonly firstSync: number;
  readonly documents: number;
  readonly durable?: number;
  readonly acknowledged?: number;
  readonly coldOpen?: number;
  readonly newest?: number;
  /** Bytes. */
  readonly heap?: number;
}
type Measured = 'firstScreen' | 'firstSync' | 'durable' | 'acknowledged' | 'coldOpen' | 'newest';

/** The real server, the real client and a real browser, beside what they are held against. */
export async function run(): Promise<void> {
  const [house] = await Promise.all([openHouse(documentCount), buildPage()]);
  try {
    await runIn(house);
  } finally {
    await house.stop();
  }
}

async function runIn(house: House): Promise<void> {
  const tables = new Tables(house.adminUrl);
  const writes = await prepare(house, tables);
  const browser = await inBrowser(house, tables, writes);
  const lines: Line[] = [
    ...clientLines('Node, memory', await inNode(house, tables, writes)),
    ...clientLines('Chromium, on disk', browser),
    ...(await latencyLines(house, tables, writes)),
  ];
  await tables.close();
  await report(
    `Sync of ${String(documentCount)} documents of one teacher, on PostgreSQL with row level security and encryption`,
    lines,
    '.data/bench/sync.json',
  );
  const heaps = browser.ours.flatMap(({ heap }) => heap ?? []);
  console.log(`JavaScript heap of a page that has all of it open: ${(quantile(heaps, 0.5) / 1024 / 1024).toFixed(1)} MB.`);
}

/** Syncs one device, fills the baseline with what lies on it, and makes up what will be written. */
async function prepare(house: House, tables: Tables): Promise<NewHomework[]> {
  const client = await OurClient.signIn(ourEnvironment(house.url), teacher);
  await client.firstSync();
  requireCount(await client.count(), documentCount, 'documents came to the first device');
  await tables.copyToNaive(client);
  const { database } = client.device;
  const students = (await database.find('people')).flatMap((person) => (person.kind === 'student' ? person.studentId : []));
  const clubs = (await database.find('school')).flatMap((document) => (document.kind === 'club' ? v.parse(clubId, document.id) : []));
  await client.device.dispose();
  const random = randomFor('bench', 'writes');
  return Array.from({ length: writeCount }, (_, number) => someHomework({ studentIds: students, clubIds: clubs }, random, number));
}

async function inNode(house: House, tables: Tables, writes: readonly NewHomework[]) {
  return interleaved<'ours' | 'naive' | 'raw', Run>(times, {
    ours: () => checked(measureOurs(ourEnvironment(house.url), teacher, writes), () => tables.takeOurWrites(writeCount)),
    naive: () => checked(measureNaive(naiveEnvironment(house.naiveUrl), writes), () => tables.takeNaiveWrites(writeCount)),
    raw: async () => ({ ...(await checked(rawFirstSyncInNode(house.naiveUrl))), acknowledged: await tables.insertAtOnce(writes) }),
  });
}

async function inBrowser(house: House, tables: Tables, writes: readonly NewHomework[]) {
  return interleaved<'ours' | 'naive' | 'raw', Run>(times, {
    ours: () =>
      checked(
        inChromium(house.url, async (browser) => {
          const { opens, ...run } = await browser.call('ours', teacher, writes);
          return { ...run, ...(await browser.call('reopenOurs', opens)), heap: await browser.heap() };
        }),
        () => tables.takeOurWrites(writeCount),
      ),
    naive: () =>
      checked(
        inChromium(house.naiveUrl, (browser) => browser.call('naive', house.naiveUrl, writes)),
        () => tables.takeNaiveWrites(writeCount),
      ),
    raw: async () => ({
      ...(await checked(
        inChromium(house.naiveUrl, async (browser) => ({
          ...(await browser.call('raw', house.naiveUrl, writes)),
          ...(await browser.call('reopenRaw')),
        })),
      )),
      acknowledged: await tables.insertAtOnce(writes),
    }),
  });
}

async function checked<One extends Run>(running: Promise<One>, after: () => Promise<void> = () => Promise.resolve()): Promise<One> {
  const result = await running;
  requireCount(result.documents, documentCount, 'documents came to a device');
  await after();
  return result;
}

function clientLines(where: string, { ours, naive, raw }: Record<'ours' | 'naive' | 'raw', Run[]>): Line[] {
  const names = {
    firstScreen: `sign-in to the first useful screen (${where})`,
    firstSync: `first sync (${where})`,
    durable: `${String(writeCount)} offline writes, one by one, kept on the device (${where})`,
    acknowledged: `${String(writeCount)} offline writes, from network to acknowledged (${where})`,
    coldOpen: `cold open to the first list of 500 (${where})`,
    newest: `the 500 newest, once open (${where})`,
  };
  return (Object.keys(names) as Measured[]).flatMap((key) => {
    const measured = figureOf(ours, key);
    const [baseline, limit] = [figureOf(naive, key), figureOf(raw, key)];
    return measured
      ? [{ name: names[key], ours: measured, baselines: { ...(baseline && { naive: baseline }), ...(limit && { raw: limit }) } }]
      : [];
  });
}

function figureOf(runs: readonly Run[], key: Measured): Figure | null {
  const values = runs.flatMap((one) => one[key] ?? []);
  return values.length === 0 ? null : figure(values);
}

async function latencyLines(house: House, tables: Tables, writes: readonly NewHomework[]): Promise<Line[]> {
  const writer = await Writer.open({ url: house.url, credentials: child });
  const naiveWriter = await Writer.open({ url: house.naiveUrl, credentials: null });
  const reader = await OurClient.signIn(ourEnvironment(house.url), teacher);
  await reader.firstSync();
  const naiveReader = await NaiveClient.open(naiveEnvironment(house.naiveUrl));
  await naiveReader.goOnline().awaitInitialReplication();

  const own = writes.slice(0, latencyCount).map((write) => ({ ...write, studentId: v.parse(studentId, writer.userId) }));
  const size = latencyCount / latencyParts;
  const left = { ours: [...own], naive: [...own] };
  const parts = await interleaved(latencyParts, {
    ours: () => ourLatencies(writer, reader, left.ours.splice(0, size)),
    naive: () => naiveLatencies(naiveWriter, naiveReader, left.naive.splice(0, size)),
  });
  await Promise.all([writer.close(), naiveWriter.close(), reader.device.dispose(), naiveReader.close()]);
  await tables.takeOurWrites(latencyCount);
  await tables.takeNaiveWrites(latencyCount);

  const shares = { median: 0.5, '99th percentile': 0.99 };
  return Object.entries(shares).map(([name, share]) => ({
    name: `write to the other device, ${name} of ${String(latencyCount)} (Node, memory)`,
    ours: pooled(parts.ours, share),
    baselines: { naive: pooled(parts.naive, share) },
  }));
}

/** The quantile of all values; least and most are those of the parts. */
function pooled(parts: readonly (readonly number[])[], share: number): Figure {
  const values = parts.flat();
  return { ...figure(parts.map((part) => quantile(part, share))), median: quantile(values, share), values };
}
