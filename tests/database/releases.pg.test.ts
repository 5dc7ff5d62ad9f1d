import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import type { PullPage } from '#domain/sync/protocol.ts';
import { schemaNumber } from '#domain/sync/protocol.ts';
import { completion, Person, review, signIns } from '../server/person.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { recorded } from './evolution/recorder.ts';

/**
 * What earlier releases ask of the newest schema: the statements of their servers, which may run while the new one starts, and
 * the requests of their clients (S28). A release records its own with
 * `RECORD_RELEASE=yes npx vitest run --project database tests/database/releases.pg.test.ts`, and the files are kept.
 */

vi.mock('postgres', async (original) => (await import('./evolution/recorder.ts')).recording(await original()));

interface Statement {
  readonly role: string;
  readonly text: string;
  /** Oids of the parameters' types, 0 where the server finds out. */
  readonly types: readonly number[];
}
interface Requests {
  readonly schema: number;
  /** By person and collection, the fields that every document of a kind has. */
  readonly pulled: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>>>;
  readonly pushedCompletion: object;
  readonly pushedReview: object;
}

const folder = fileURLToPath(new URL('./evolution/releases', import.meta.url));
const recordsNow = process.env['RECORD_RELEASE'] === 'yes';
const callers = ['maya', 'parent', 'teacher', 'admin'] as const;
type Caller = (typeof callers)[number];

let server: TestServer;
let people: Record<Caller, Person>;
let club: string;

beforeAll(async () => {
  server = await startTestServer();
  const signedIn = await Promise.all(callers.map(async (who) => [who, await Person.signIn(server.url, signIns[who])] as const));
  people = Object.fromEntries(signedIn) as Record<Caller, Person>;
  club = String((await people.maya.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.id);
  if (recordsNow) await record();
});
afterAll(() => server.stop());

async function record(): Promise<void> {
  const pulled: Record<string, Record<string, Record<string, string[]>>> = {};
  for (const who of callers) {
    const person = people[who];
    pulled[who] = {};
    for (const collection of person.signedIn.collections)
      pulled[who][collection] = fieldsByKind(await pullWith(person, schemaNumber, collection));
  }
  const pushedCompletion = completion('{maya}', '{club}', { id: '{completion}' });
  const pushedReview = review({ id: '{completion}', studentId: '{maya}' }, '{teacher}', { id: '{review}' });
  await pushAs({ schema: schemaNumber, pulled, pushedCompletion, pushedReview });
  await people.teacher.send('/api/sync/digest', { schema: schemaNumber, collections: {} });
  // What follows from the push is derived soon.
  await vi.waitUntil(async () => (await server.sql`select from derivations_due`).length === 0, { timeout: 20_000 });
  await (await Person.signIn(server.url, signIns.parent)).send('/api/auth/sign-out', {});

  await save(`schema-${String(schemaNumber)}.json`, { schema: schemaNumber, pulled, pushedCompletion, pushedReview });
  await save(
    `statements-${packageJson.version}.json`,
    [...recorded.values()].sort((one, other) => (one.text < other.text ? -1 : 1)),
  );
}

async function save(name: string, content: unknown): Promise<void> {
  await writeFile(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
}

async function read<Content>(beginning: string): Promise<Content[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(beginning));
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Content));
}

describe('the servers of earlier releases', () => {
  test('every statement that they run is still understood and allowed, as the role that runs it', async () => {
    const statements = (await read<Statement[]>('statements-')).flat();
    expect(statements.length).toBeGreaterThan(20);
    const broken: string[] = [];
    for (const { role, text, types } of statements) {
      const parameters = types.length > 0 ? `(${types.map(() => 'null').join()})` : '';
      await server.sql
        .begin(async (sql) => {
          await sql`set local role ${sql(role)}`;
          const named = await sql<{ name: string }[]>`
            select case oid when 0 then 'unknown' else oid::regtype::text end as name from unnest(${[...types]}::oid[]) with ordinality as type (oid, at) order by at`;
          const declared = named.length > 0 ? `(${named.map(({ name }) => name).join()})` : '';
          await sql.unsafe(`prepare earlier ${declared} as ${text}`);
          await sql.unsafe(`explain execute earlier ${parameters}`);
          await sql`deallocate earlier`;
        })
        .catch((error: unknown) => broken.push(`${role}: ${text}\n${String(error)}`));
    }
    expect(broken).toEqual([]);
    console.log(`${String(statements.length)} statements of earlier releases are understood`);
  });
});

describe('S28: the clients of earlier releases', () => {
  test('pull what they know, and every field of it', async () => {
    for (const { schema, pulled } of await read<Requests>('schema-')) {
      for (const who of callers) {
        for (const [collection, kinds] of Object.entries(pulled[who] ?? {})) {
          const found = fieldsByKind(await pullWith(people[who], schema, collection));
          for (const [kind, fields] of Object.entries(kinds))
            expect(found[kind], `${who} pulls ${collection}, ${kind}, with schema ${String(schema)}`).toEqual(
              expect.arrayContaining([...fields]),
            );
        }
      }
    }
  });

  test('push what they write, and it is applied', async () => {
    for (const requests of await read<Requests>('schema-')) {
      const { completionId, answers } = await pushAs(requests);
      expect(answers).toEqual([
        { conflicts: [], rejections: [] },
        { conflicts: [], rejections: [] },
      ]);
      const [kept] = await server.sql`select from completion_reviews where completion_id = ${completionId}`;
      expect(kept).toBeDefined();
    }
  });
});

async function pullWith(person: Person, schema: number, collection: string): Promise<PullPage['documents']> {
  const { status, body } = await person.send('/api/sync/pull', {
    schema,
    collections: { [collection]: { checkpoint: null, limit: 2000 } },
  });
  expect(status, `pull of ${collection}`).toBe(200);
  return (body as { collections: Record<string, PullPage> }).collections[collection]?.documents ?? [];
}

/** The fields that all documents of a kind have; a document without a kind is of the kind ''. */
function fieldsByKind(documents: readonly object[]): Record<string, string[]> {
  const kinds: Record<string, string[]> = {};
  for (const document of documents) {
    const kind = 'kind' in document ? String(document.kind) : '';
    const fields = Object.keys(document).sort();
    kinds[kind] = kinds[kind]?.filter((field) => fields.includes(field)) ?? fields;
  }
  return kinds;
}

async function pushAs({ schema, pushedCompletion, pushedReview }: Requests) {
  const completionId = crypto.randomUUID();
  const names: Record<string, string> = {
    maya: people.maya.id,
    teacher: people.teacher.id,
    club,
    completion: completionId,
    review: crypto.randomUUID(),
  };
  const filled = (document: object): unknown =>
    JSON.parse(JSON.stringify(document).replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole));
  const push = async (person: Person, collection: string, document: object) =>
    (await person.send('/api/sync/push', { schema, collection, rows: [{ newDocumentState: filled(document) }] })).body;
  return {
    completionId,
    answers: [await push(people.maya, 'completions', pushedCompletion), await push(people.teacher, 'reviews', pushedReview)],
  };
}
