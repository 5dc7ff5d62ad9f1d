import type { NewHomework } from '../../../src/lib/data/homework.ts';
import { figure, interleaved, quantile, type Figure } from '../figures.ts';
import { report, type Line } from '../report.ts';
import { buildPage, inChromium } from './browser.ts';
import { openHouse, type House } from './house.ts';
import { naiveEnvironment, ourEnvironment, rawFirstSyncInNode } from './in-node.ts';
import { latencyLines } from './latency-bench.ts';
import { measureNaive } from './naive-client.ts';
import { measureOurs } from './our-client.ts';
import { documentCount, prepare, teacher, writeCount } from './prepare.ts';
import { requireCount, Tables } from './tables.ts';

const times = 3;

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
