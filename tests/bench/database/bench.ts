import postgres from 'postgres';
import { v7 as uuidv7 } from 'uuid';
import { roleUrl } from '#db/roles.ts';
import { must } from '#domain/must.ts';
import type { Keyring } from '#server/database/crypto/keyring.ts';
import { openPool, type Database } from '#server/database/connections.ts';
import { withUser, withUserAtOnce } from '#server/database/enter.ts';
import { pushers } from '#server/sync/collections/pushers.ts';
import { lastId } from '#server/sync/paging.ts';
import { pull } from '#server/sync/pull.ts';
import { startCluster } from '../cluster.ts';
import { figure, type Figure } from '../figures.ts';
import { report, type Line } from '../report.ts';
import { setBare, withoutEncryption } from './bare.ts';
import { addMeasuredSchool, addOtherSchools, type MeasuredSchool } from './schools.ts';

const rounds = 6;
const timesARound = 12;
const pageSize = 1_000;
const batchSize = 100;

/** What is asked of the database, each on its own and in milliseconds. */
interface Measures {
  readonly nothing: number[];
  readonly enterTeacher: number[];
  readonly enterAdmin: number[];
  readonly poked: number[];
  readonly page: number[];
  readonly push: number[];
}

const noMeasures = (): Measures => ({ nothing: [], enterTeacher: [], enterAdmin: [], poked: [], page: [], push: [] });

/**
 * The same pulls and pushes with and without row level security, encryption and audit, in one database of 1,000,000
 * completions and 100 schools, and what they cost with a tenth of it.
 */
export async function run(): Promise<void> {
  const steps: (() => Promise<unknown>)[] = [];
  try {
    await measure((step) => steps.push(step));
  } finally {
    for (const step of steps.reverse()) await step();
  }
}

async function measure(onStop: (step: () => Promise<unknown>) => void): Promise<void> {
  const { url, secret, keyring } = await startCluster(onStop);
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  onStop(() => sql.end());
  const requests = openPool(roleUrl(url, 'authenticated_user', secret), 2);
  onStop(() => requests.end());

  const size = { students: 1_000, completions: 10_000 };
  const sealed = await addMeasuredSchool(sql, keyring, size);
  const unsealing = withoutEncryption(keyring);
  const plain = await addMeasuredSchool(sql, unsealing, size);
  await addOtherSchools(sql, 8, 10_000);
  // Once for nothing: what runs first pays for caches and compilers.
  await ask(requests, sealed, keyring, noMeasures());
  const small = noMeasures();
  for (let round = 0; round < rounds; round++) await ask(requests, sealed, keyring, small);

  await addOtherSchools(sql, 90, 10_000);
  const [walled, bare] = [noMeasures(), noMeasures()];
  for (let round = 0; round < rounds; round++) {
    await setBare(sql, false);
    await ask(requests, sealed, keyring, walled);
    await setBare(sql, true);
    await ask(requests, plain, unsealing, bare);
  }
  await setBare(sql, false);
  await report('The database, of 100 schools and 1,000,000 completions', lines(walled, bare, small), '.data/bench/database.json');
}

/** One round; the first of each is not counted. */
async function ask(requests: Database, school: MeasuredSchool, keyring: Keyring, into: Measures): Promise<void> {
  const head = await withUser(requests, school.teacherSession, 'snapshot', (_sql, entered) => Promise.resolve(entered.head));
  const from = (forward: number, back: number | null) => ({
    completions: {
      checkpoint: {
        epoch: head.epoch,
        forward: [forward, lastId] as [number, string],
        back: back === null ? null : ([back, lastId] as [number, string]),
      },
      limit: pageSize,
    },
  });
  const pulled = (asked: ReturnType<typeof from>) =>
    withUserAtOnce(requests, school.teacherSession, 'snapshot', (sql, entering) => pull(sql, entering, keyring, asked));
  await timed(into.nothing, () => requests.begin('isolation level repeatable read read only', (sql) => sql`select 1`));
  await timed(into.enterTeacher, () => withUser(requests, school.teacherSession, 'snapshot', () => Promise.resolve()));
  await timed(into.enterAdmin, () => withUser(requests, school.adminSession, 'snapshot', () => Promise.resolve()));
  await timed(into.page, async () => {
    const { pages } = await pulled(from(head.version, head.version));
    const documents = pages.completions?.documents ?? [];
    if (documents.length !== pageSize || documents.some(({ _deleted }) => _deleted))
      throw new Error('A page did not show what it should: these figures say nothing.');
  });
  await timed(into.push, () => pushBatch(requests, school, keyring));
  const behind = Math.max(1, head.version);
  await timed(into.poked, () => pulled(from(behind, null)));
}

async function pushBatch(requests: Database, school: MeasuredSchool, keyring: Keyring): Promise<void> {
  const rows = Array.from({ length: batchSize }, (_, number) => ({
    assumedMasterState: null,
    newDocumentState: {
      id: uuidv7(),
      version: 0,
      _deleted: false,
      studentId: must(school.studentIds[number % school.studentIds.length], 'the class has children'),
      clubId: school.clubId,
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
    },
  }));
  const push = must(pushers.completions, 'completions are pushed');
  const answer = await withUserAtOnce(requests, school.teacherSession, 'write', (sql, entering) =>
    push(sql, entering, keyring, { schema: 1, rows }, 'at_once'),
  );
  if (answer.conflicts.length > 0) throw new Error('A push was not applied: these figures say nothing.');
}

async function timed(into: number[], work: () => Promise<unknown>): Promise<void> {
  await work();
  for (let time = 0; time < timesARound; time++) {
    const started = performance.now();
    await work();
    into.push(performance.now() - started);
  }
}

function lines(walled: Measures, bare: Measures, small: Measures): Line[] {
  const line = (name: string, key: keyof Measures): Line => ({
    name,
    ours: figure(walled[key]),
    baselines: { 'without the wall': figure(bare[key]), 'a tenth of it': figure(small[key]) },
  });
  const enter = (name: string, key: 'enterTeacher' | 'enterAdmin'): Line => {
    const net = (measures: Measures): Figure => {
      const empty = figure(measures.nothing).median;
      return figure(measures[key].map((ms) => Math.max(0, ms - empty)));
    };
    return { name, ours: net(walled), baselines: { 'a tenth of it': net(small) } };
  };
  return [
    enter('app.enter, a teacher of 60 (beyond an empty transaction)', 'enterTeacher'),
    enter('app.enter, an office of 1,000 children (the same)', 'enterAdmin'),
    line(`pull of what ${String(batchSize * (timesARound + 1))} writes have changed`, 'poked'),
    line(`pull of a page of ${String(pageSize)}`, 'page'),
    line(`push of ${String(batchSize)}`, 'push'),
  ];
}
