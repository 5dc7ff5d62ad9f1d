import process from 'node:process';
import { must } from '#domain/must.ts';
import { parentPort, workerData } from 'node:worker_threads';
import type { NewHomework } from '../../../src/lib/data/homework.ts';
import type { Credentials } from '../../../src/lib/session/session-api.ts';
import { naiveEnvironment, ourEnvironment } from './in-node.ts';
import { NaiveClient, toNaiveDocument } from './naive-client.ts';
import { OurClient } from './our-client.ts';

/** Who writes: a client of ours, or one of the baseline's. */
export type WriterKind = { readonly url: string; readonly credentials: Credentials | null };
export type WriterMessage = { readonly write: NewHomework } | { readonly close: true };
export type WriterAnswer =
  { readonly userId: string | null } | { readonly id: string; readonly startedAt: number } | { readonly closed: true };

/** The device that writes, in a thread of its own: RxDB allows no second client of nine collections beside the one that reads. */
const port = must(parentPort, 'this runs as a worker');
const { url, credentials } = workerData as WriterKind;
const answer = (message: WriterAnswer) => {
  port.postMessage(message);
};

const writer = credentials ? await openOurs(credentials) : await openNaive();
answer({ userId: writer.userId });
port.on('message', (message: WriterMessage) => {
  if ('close' in message) {
    void writer.close().then(() => {
      answer({ closed: true });
      port.close();
    });
    return;
  }
  const startedAt = now();
  void writer.write(message.write).then((id) => {
    answer({ id, startedAt });
  });
});

async function openOurs(by: Credentials) {
  const client = await OurClient.signIn(ourEnvironment(url), by);
  await client.firstSync();
  return {
    userId: client.signedIn.user.id,
    write: (homework: NewHomework): Promise<string> => client.device.homework.log(homework),
    close: () => client.device.dispose(),
  };
}

async function openNaive() {
  const client = await NaiveClient.open(naiveEnvironment(url));
  await client.goOnline().awaitInitialReplication();
  return {
    userId: null,
    write: async (body: NewHomework) => (await client.collection.insert(toNaiveDocument({ ...body }))).id,
    close: () => client.close(),
  };
}

/** Milliseconds of the machine's clock, the same in every thread. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
