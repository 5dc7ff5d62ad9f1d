import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { NewHomework } from '../../../src/lib/data/homework.ts';
import type { WriterAnswer, WriterKind, WriterMessage } from './latency-writer.ts';
import type { NaiveClient } from './naive-client.ts';
import type { OurClient } from './our-client.ts';

/** Milliseconds between two writes: nobody taps faster, and what a write sets going has come to rest. */
const pauseMs = 80;
const mostMs = 10_000;

/** The device that writes. */
export class Writer {
  readonly userId: string | null;
  readonly #worker: Worker;

  private constructor(worker: Worker, userId: string | null) {
    this.#worker = worker;
    this.userId = userId;
  }

  /** Resolves when it is signed in and synced. */
  static async open(kind: WriterKind): Promise<Writer> {
    const worker = new Worker(new URL('./latency-writer.ts', import.meta.url), { workerData: kind });
    const first = await answerOf(worker);
    return new Writer(worker, 'userId' in first ? first.userId : null);
  }

  async write(write: NewHomework): Promise<{ id: string; startedAt: number }> {
    const answer = await this.#ask({ write });
    if ('id' in answer) return answer;
    throw new Error('The writer did not say what it wrote.');
  }

  async close(): Promise<void> {
    await this.#ask({ close: true });
  }

  #ask(message: WriterMessage): Promise<WriterAnswer> {
    const answer = answerOf(this.#worker);
    this.#worker.postMessage(message);
    return answer;
  }
}

/** From the write on one device until the other's live query shows it; all writes are of one child, one after the other. */
export async function ourLatencies(writer: Writer, reader: OurClient, writes: readonly NewHomework[]): Promise<number[]> {
  const screen = new Screen();
  const where = { studentId: { $in: [...new Set(writes.map(({ studentId }) => studentId))] } };
  const end = reader.device.database.observe('completions', { where }, (documents) => {
    screen.show(documents.map(({ id }) => id));
  });
  const latencies = await timed(screen, writer, writes);
  end();
  return latencies;
}

/** The same between two clients of the baseline. */
export async function naiveLatencies(writer: Writer, reader: NaiveClient, writes: readonly NewHomework[]): Promise<number[]> {
  const screen = new Screen();
  const selector = { 'body.studentId': { $in: [...new Set(writes.map(({ studentId }) => studentId))] } };
  const subscription = reader.collection.find({ selector }).$.subscribe((documents) => {
    screen.show(documents.map(({ id }) => id));
  });
  const latencies = await timed(screen, writer, writes);
  subscription.unsubscribe();
  return latencies;
}

/** What a screen on the other device shows, as its live query says. */
class Screen {
  readonly #shownAt = new Map<string, number>();
  readonly #first = Promise.withResolvers<undefined>();
  #wake: () => void = () => undefined;

  show(ids: readonly string[]): void {
    const at = now();
    for (const id of ids) if (!this.#shownAt.has(id)) this.#shownAt.set(id, at);
    this.#first.resolve(undefined);
    this.#wake();
  }

  /** Resolves when it shows what there is. */
  get ready(): Promise<undefined> {
    return this.#first.promise;
  }

  async shownAt(id: string): Promise<number> {
    const latest = now() + mostMs;
    for (;;) {
      const at = this.#shownAt.get(id);
      if (at !== undefined) return at;
      if (now() > latest) throw new Error('A write did not reach the other device within ten seconds.');
      await Promise.race([new Promise<void>((resolve) => (this.#wake = resolve)), pause(1000)]);
    }
  }
}

async function timed(screen: Screen, writer: Writer, writes: readonly NewHomework[]): Promise<number[]> {
  await screen.ready;
  const latencies: number[] = [];
  for (const one of writes) {
    await pause(pauseMs);
    const { id, startedAt } = await writer.write(one);
    latencies.push((await screen.shownAt(id)) - startedAt);
  }
  return latencies;
}

async function answerOf(worker: Worker): Promise<WriterAnswer> {
  const [answer] = (await once(worker, 'message')) as [WriterAnswer];
  return answer;
}

/** Milliseconds of the machine's clock, the same in every thread. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
