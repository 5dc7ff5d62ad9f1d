import * as v from 'valibot';
import { studentId } from '#domain/ids.ts';
import type { NewHomework } from '../../../src/lib/data/homework.ts';
import { figure, interleaved, quantile, type Figure } from '../figures.ts';
import { report, type Line } from '../report.ts';
import { demo } from './dataset.ts';
import { openHouse, type House } from './house.ts';
import { naiveEnvironment, ourEnvironment } from './in-node.ts';
import { naiveLatencies, ourLatencies, Writer } from './latency.ts';
import { NaiveClient } from './naive-client.ts';
import { OurClient } from './our-client.ts';
import { documentCount, prepare, teacher } from './prepare.ts';
import { Tables } from './tables.ts';

const latencyCount = 200;
const latencyParts = 4;
const child = { classCode: demo.classCode, student: demo.child, pictures: demo.pictures };

/** From a write on one device to the other's screen, and nothing else: what `sync` measures last. */
export async function run(): Promise<void> {
  const house = await openHouse(documentCount);
  const tables = new Tables(house.adminUrl);
  try {
    const lines = await latencyLines(house, tables, await prepare(house, tables));
    await report('From a write on one device to the other, of one school', lines, '.data/bench/latency.json');
  } finally {
    await tables.close();
    await house.stop();
  }
}

/** All of it in the same run as the baseline, in turns. */
export async function latencyLines(house: House, tables: Tables, writes: readonly NewHomework[]): Promise<Line[]> {
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
