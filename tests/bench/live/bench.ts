import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { v7 as uuidv7 } from 'uuid';
import { must } from '#domain/must.ts';
import { figure, quantile, type Figure } from '../figures.ts';
import { report, type Line } from '../report.ts';
import { gather, Listener } from './crowd.ts';
import { openHouse, type LiveHouse } from './house.ts';

const familyCount = 50;
const familySize = 10;
const rates = [25, 50, 100, 200, 400, 800, 1600];
const secondsARate = 5;
const mostMs = 250;
/** After the last push, until everybody has heard what they ever will. */
const restMs = 3_000;

type Contender = 'ours' | 'naive';

interface Sent {
  readonly id: string;
  readonly family: number;
  readonly at: number;
}

/** How a device of each family is told, and what a push is. */
interface Speech {
  readonly stream: (house: LiveHouse, family: number, device: number) => { url: string; headers: Record<string, string> };
  readonly push: (house: LiveHouse, family: number, id: string) => { url: string; headers: Record<string, string>; body: unknown };
  /** When each of the family's devices had heard of each push; undefined where one never did. */
  readonly arrivals: (
    house: LiveHouse,
    sent: readonly Sent[],
    devices: readonly (readonly Listener[])[],
  ) => Promise<(number | undefined)[]>;
}

/** 500 connected devices, each push concerns ten of them: at which rate do they still hear of it within a quarter of a second? */
export async function run(): Promise<void> {
  const lines: Record<Contender, { atRates: Map<number, Figure>; memory: Memory }> = {
    ours: await measure('ours'),
    naive: await measure('naive'),
  };
  const { ours, naive } = lines;
  const compared = [...ours.atRates].flatMap(([rate, p99]): Line[] => {
    const baseline = naive.atRates.get(rate);
    return [
      {
        name: `${String(rate)} pushes a second, 99th percentile of their pokes`,
        ours: p99,
        baselines: baseline ? { naive: baseline } : {},
      },
    ];
  });
  const best = (of: ReadonlyMap<number, Figure>): number =>
    Math.max(0, ...[...of].filter(([, p99]) => p99.median <= mostMs).map(([rate]) => rate));
  await report(
    `Live: ${String(familyCount * familySize)} devices, each push concerns ${String(familySize)} of them`,
    compared,
    '.data/bench/live.json',
  );
  console.log(
    `Highest rate at a 99th percentile of at most ${String(mostMs)} ms: ours ${String(best(ours.atRates))} a second, naive ${String(best(naive.atRates))}.`,
  );
  const memoryOf = (which: keyof Memory): string => `ours ${kilobytes(ours.memory[which])}, naive ${kilobytes(naive.memory[which])}`;
  console.log(`Resident memory a device: ${memoryOf('first')} for the first 500, with all that opening so many takes;`);
  console.log(`${memoryOf('again')} for 500 others in their place. On a server that has run for a while it lies between the two.`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

/** Bytes of resident memory a device. */
interface Memory {
  readonly first: number;
  readonly again: number;
}

async function measure(which: Contender): Promise<{ atRates: Map<number, Figure>; memory: Memory }> {
  const house = await openHouse(which, familyCount, familySize);
  const speech = speeches[which];
  try {
    const everybody = house.families.flatMap(({ tokens }, family) => tokens.map((_, device) => ({ family, device })));
    const open = () =>
      gather(everybody, ({ family, device }) => {
        const { url, headers } = speech.stream(house, family, device);
        return Listener.open(url, headers);
      });
    const nobody = await house.memory();
    const early = await open();
    const first = ((await house.memory()) - nobody) / early.length;
    for (const listener of early) listener.close();
    await pause(restMs);
    // Again, once the process has what it takes to open so many at all.
    const before = await house.memory();
    const listeners = await open();
    const devices = house.families.map((_, family) => listeners.filter((_listener, index) => everybody[index]?.family === family));
    const again = ((await house.memory()) - before) / listeners.length;
    const atRates = new Map<number, Figure>();
    // Once for nothing: what runs first pays for caches and compilers.
    await step(house, speech, devices, 25);
    for (const rate of rates) {
      const latencies = await step(house, speech, devices, rate);
      const p99 = quantile(latencies, 0.99);
      atRates.set(rate, { ...figure(latencies), median: p99, values: [] });
      if (p99 > mostMs) break;
    }
    for (const listener of listeners) listener.close();
    return { atRates, memory: { first, again } };
  } finally {
    await house.stop();
  }
}

/** Pushes at a rate for a while, whatever becomes of them. @returns for each push and device the milliseconds until it heard */
async function step(house: LiveHouse, speech: Speech, devices: readonly (readonly Listener[])[], rate: number): Promise<number[]> {
  for (const listener of devices.flat()) listener.heard.length = 0;
  const sent: Sent[] = [];
  const answers: Promise<void>[] = [];
  const began = performance.now();
  for (let number = 0; number < rate * secondsARate; number++) {
    const due = began + (number * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 1) await pause(wait);
    const [family, id] = [number % devices.length, uuidv7()];
    // From when it was due: a generator that falls behind must not flatter the server.
    sent.push({ id, family, at: due });
    answers.push(post(speech.push(house, family, id)));
  }
  await Promise.all(answers);
  await pause(restMs);
  const arrivals = await speech.arrivals(house, sent, devices);
  const missed = arrivals.filter((at) => at === undefined).length;
  if (missed > 0) throw new Error(`${String(missed)} pokes never came: these figures say nothing.`);
  return arrivals.map((at, index) => (at ?? 0) - must(sent[Math.floor(index / familySize)], 'each arrival is of a push').at);
}

async function post({ url, headers, body }: ReturnType<Speech['push']>): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok || text.includes('"rejections":[{'))
    throw new Error(`A push was answered by ${String(answer.status)}: ${text.slice(0, 200)}`);
}

const homework = (house: LiveHouse, family: number) => ({
  studentId: house.families[family]?.studentId,
  clubId: house.clubId,
  taskId: null,
  previousAttemptId: null,
  completionDate: new Date().toISOString().slice(0, 10),
  evidenceKind: 'written',
  writtenWork: 'I did the seven times table with my dad in the car, forwards and backwards, and then mixed up.',
  evidenceIds: [],
  minutes: 10,
  feeling: 'ok',
  activity: null,
  capturedAt: new Date().toISOString(),
  clockOffsetMs: 0,
});

const cookie = (house: LiveHouse, family: number, device: number) => ({
  cookie: `studystreaks=${house.families[family]?.tokens[device] ?? ''}`,
  origin: house.url,
});

const speeches: Readonly<Record<Contender, Speech>> = {
  ours: {
    stream: (house, family, device) => ({ url: `${house.url}/api/sync/stream`, headers: cookie(house, family, device) }),
    push: (house, family, id) => ({
      url: `${house.url}/api/sync/push`,
      headers: cookie(house, family, 0),
      body: {
        schema: 1,
        collection: 'completions',
        rows: [{ assumedMasterState: null, newDocumentState: { id, version: 0, _deleted: false, ...homework(house, family) } }],
      },
    }),
    // A poke says how far the clock has come: the first that has come past a push's own version tells of it.
    async arrivals(house, sent, devices) {
      const sql = postgres(house.adminUrl, { max: 1, onnotice: () => undefined });
      const rows = await sql<{ id: string; version: number }[]>`
        select document_id as id, version::float8 as version from sync_index
        where school_id = ${house.schoolId} and collection = 'completions' and document_id = any (${sent.map(({ id }) => id)}::uuid[])`;
      await sql.end();
      const versions = new Map(rows.map(({ id, version }) => [id, version]));
      return sent.flatMap(({ id, family }) =>
        (devices[family] ?? []).map(({ heard }) => heard.find(({ data }) => versionOf(data) >= (versions.get(id) ?? Infinity))?.at),
      );
    },
  },
  naive: {
    stream: (house, family) => ({ url: `${house.url}/stream?student=${house.families[family]?.studentId ?? ''}`, headers: {} }),
    push: (house, family, id) => ({
      url: `${house.url}/push`,
      headers: {},
      body: [{ newDocumentState: { id, updatedAt: 0, _deleted: false, body: homework(house, family) } }],
    }),
    arrivals: (_house, sent, devices) =>
      Promise.resolve(
        sent.flatMap(({ id, family }) => (devices[family] ?? []).map(({ heard }) => heard.find(({ data }) => data.includes(id))?.at)),
      ),
  },
};

function versionOf(data: string): number {
  return (JSON.parse(data) as { version?: number }).version ?? 0;
}
