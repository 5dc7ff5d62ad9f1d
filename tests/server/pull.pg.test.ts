import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collections, type CollectionName } from '#domain/collections/index.ts';
import { digestLine, type Checkpoint, type WireDocument } from '#domain/sync/protocol.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { completion, newId, Person, signIns } from './person.ts';

let server: TestServer;
let maya: Person;
let leo: Person;
let parent: Person;
let teacher: Person;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ metricsPort: 0 });
  [maya, leo, parent, teacher, admin] = (await Promise.all(
    (['maya', 'leo', 'parent', 'teacher', 'admin'] as const).map((who) => Person.signIn(server.url, signIns[who])),
  )) as [Person, Person, Person, Person, Person];
});
afterAll(() => server.stop());

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const ids = (documents: readonly WireDocument[]) => documents.map(({ id }) => id);

describe('a pulled document', () => {
  test.each(['maya', 'parent', 'teacher', 'admin'] as const)('is what its collection says, for %s', async (who) => {
    const person = { maya, parent, teacher, admin }[who];
    for (const name of person.signedIn.collections as CollectionName[]) {
      const { documents } = await person.pullAll(name);
      if (!['notices', 'tasks', 'commands', 'notes', 'excused_days'].includes(name))
        expect([name, documents.length > 0]).toEqual([name, true]);
      for (const { _deleted: isDeleted, ...document } of documents) {
        expect(isDeleted).toBe(false);
        expect(v.safeParse(collections[name].schema, document).issues).toBeUndefined();
      }
    }
  });

  test('shows each person what they may see, decrypted', async () => {
    const people = async (person: Person) => (await person.pullAll('people')).documents;
    const ofMaya = await people(maya);
    expect(ofMaya).toContainEqual(expect.objectContaining({ kind: 'student', studentId: maya.id, firstName: 'Maya' }));
    expect(ofMaya.filter(({ kind }) => kind === 'roster' || kind === 'guardian')).toEqual([]);
    expect(ofMaya.filter(({ kind, studentId }) => kind === 'student' && studentId !== maya.id)).toEqual([]);
    const ofParent = await people(parent);
    expect(
      ofParent
        .filter(({ kind }) => kind === 'student')
        .map(({ studentId }) => studentId)
        .sort(),
    ).toEqual([maya.id, leo.id].sort());
    const ofTeacher = await people(teacher);
    expect(ofTeacher.filter(({ kind }) => kind === 'roster').length).toBeGreaterThan(10);
    expect(ofTeacher).toContainEqual(expect.objectContaining({ kind: 'guardian', studentId: maya.id, parentId: parent.id }));
    expect(ofTeacher).toContainEqual(expect.objectContaining({ kind: 'staff', displayName: 'Ms Amara Okafor' }));
  });

  test('is nobody else’s: every completion is of a child within reach, and all of those are there', async () => {
    for (const person of [maya, leo, parent, teacher]) {
      const { documents } = await person.pullAll('completions');
      const reach = person.signedIn.access['student.read'] ?? [];
      const rows = await server.sql`select id from homework_completions where student_id = any (${[...reach]}::uuid[])`;
      expect(ids(documents).sort()).toEqual(rows.map(({ id }) => String(id)).sort());
      expect(documents.every(({ studentId }) => reach.includes(String(studentId)))).toBe(true);
    }
  });

  test('does not reach the device of an administrator where it is to be read online only (S5)', async () => {
    const { documents } = await admin.pullAll('completions');
    expect(documents).toEqual([]);
  });
});

describe('S7: where the index says more than the policies', () => {
  test('a document that the index puts into somebody’s bucket by mistake comes as a tombstone, and raises the alarm', async () => {
    const [before] = await server.sql<{ documentId: string; scopeId: string }[]>`
      select document_id as "documentId", scope_id as "scopeId" from sync_index
      where collection = 'completions' and scope_id = ${leo.id} and not is_deleted limit 1`;
    const put = (scopeId: string) =>
      server.sql.begin(async (sql) => {
        await sql`set local session_replication_role = replica`;
        await sql`update sync_index set scope_id = ${scopeId} where document_id = ${before?.documentId ?? ''}`;
      });
    await put(maya.id);
    const { documents } = await maya.pullAll('completions');
    await put(before?.scopeId ?? '');
    const [denied, ...others] = documents.filter(({ id }) => id === before?.documentId);
    expect(others).toEqual([]);
    expect(denied).toEqual({
      id: before?.documentId,
      version: expect.any(Number) as number,
      _deleted: true,
      studentId: '00000000-0000-0000-0000-000000000000',
      completionDate: '1970-01-01',
    });
    const metrics = await (await fetch(server.metricsUrl ?? '')).text();
    expect(metrics).toContain('studystreaks_denied_documents_total{collection="completions"} 1');
  });
});

describe('S10, S11: paging', () => {
  test('a first sync comes newest first, in full pages, each document once, and is then caught up', async () => {
    const whole = await teacher.pullAll('completions', null, 2000);
    const { pages, documents } = await teacher.pullAll('completions', null, 20);
    expect(documents.length).toBeGreaterThan(100);
    expect(new Set(ids(documents)).size).toBe(documents.length);
    expect(ids(documents)).toEqual(ids(whole.documents));
    for (const page of pages.slice(0, -1)) expect(page.documents).toHaveLength(20);
    for (const page of pages.slice(0, -1)) expect(page.isCaughtUp).toBe(false);
    const versions = documents.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((one, other) => other - one));
  });

  test('goes back below the last document, then follows forward from the head it noted', async () => {
    const first = await teacher.pull('completions', null, 5);
    expect(first.checkpoint.forward[1]).toBe(lastId);
    expect(first.checkpoint.back).toEqual([expect.any(Number), first.documents.at(-1)?.id]);
    const { checkpoint } = await teacher.pullAll('completions', first.checkpoint);
    expect(checkpoint.back).toBeNull();
    expect(checkpoint.forward[0]).toBeGreaterThanOrEqual(first.checkpoint.forward[0]);
  });

  test('what changes during a first sync comes again, later', async () => {
    const first = await maya.pull('completions', null, 3);
    const clubId = String(first.documents[0]?.['clubId']);
    const written = completion(maya.id, clubId);
    await maya.push('completions', [{ newDocumentState: written }]);
    const rest = await maya.pullAll('completions', first.checkpoint, 50);
    expect(ids(rest.documents).filter((id) => id === written.id)).toHaveLength(1);
    expect(rest.documents.at(-1)?.id).toBe(written.id);
  });

  test('limits are clamped, and a collection that every screen needs comes whole', async () => {
    expect((await teacher.pull('completions', null, -7)).documents).toHaveLength(1);
    expect((await teacher.pull('completions', null, 999_999)).documents.length).toBeLessThanOrEqual(2000);
    const people = await teacher.pull('people', null, 1);
    expect(people.documents.length).toBeGreaterThan(50);
    expect(people.isCaughtUp).toBe(true);
  });

  test('an idle pull is empty and caught up, and stays where it is', async () => {
    const isIdle = async () => {
      const { checkpoint } = await teacher.pullAll('completions');
      return isDeepStrictEqual(await teacher.pull('completions', checkpoint), { documents: [], checkpoint, isCaughtUp: true });
    };
    // What follows from an earlier write is derived a moment after it, and moves the clock.
    await expect.poll(isIdle).toBe(true);
  });

  test('S8: all collections come in one answer', async () => {
    const { body } = await maya.send('/api/sync/pull', {
      schema: 1,
      collections: Object.fromEntries(maya.signedIn.collections.map((name) => [name, { checkpoint: null }])),
    });
    const { collections: pages, serverTime } = body as { collections: Record<string, { documents: unknown[] }>; serverTime: string };
    expect(Object.keys(pages).sort()).toEqual([...maya.signedIn.collections].sort());
    expect(Math.abs(Date.parse(serverTime) - Date.now())).toBeLessThan(60_000);
  });

  test('large answers are compressed by what the client takes', async () => {
    const body = JSON.stringify({ schema: 1, collections: { completions: { checkpoint: null, limit: 500 } } });
    const pull = (accepted: string) =>
      fetch(`${server.url}/api/sync/pull`, {
        method: 'POST',
        body,
        headers: { cookie: teacher.cookie, 'content-type': 'application/json', 'accept-encoding': accepted },
      });
    const [plain, gzip] = await Promise.all([pull('identity'), pull('gzip')]);
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(gzip.headers.get('content-encoding')).toBe('gzip');
    expect(((await gzip.json()) as { collections: unknown }).collections).toEqual(
      ((await plain.json()) as { collections: unknown }).collections,
    );
  });
});

describe('a pull after a poke', () => {
  type Pages = Record<string, { documents: WireDocument[]; checkpoint: Checkpoint; isCaughtUp: boolean }>;
  const pullFrom = (person: Person, known: Pages | null) =>
    person.send('/api/sync/pull', {
      schema: 1,
      collections: Object.fromEntries(
        person.signedIn.collections.map((name) => [name, { checkpoint: known?.[name]?.checkpoint ?? null, limit: 2000 }]),
      ),
    });
  const pagesOf = async (person: Person, known: Pages | null) => {
    const { status, body } = await pullFrom(person, known);
    expect(status).toBe(200);
    return (body as { collections: Pages }).collections;
  };
  const withNews = (pages: Pages) => Object.keys(pages).filter((name) => (pages[name]?.documents.length ?? 0) > 0);

  test('reads the collections that have news, and no other', async () => {
    let known = await pagesOf(teacher, await pagesOf(teacher, null));
    await server.sql`revoke select on homework_tasks, completion_reviews, classes, notices from authenticated_user`;
    try {
      const { documents: clubs } = await maya.pullAll('school');
      const written = completion(maya.id, String(clubs.find(({ kind }) => kind === 'club')?.id));
      await maya.push('completions', [{ newDocumentState: written }]);
      known = await pagesOf(teacher, known);
      expect(ids(known['completions']?.documents ?? [])).toEqual([written.id]);
      expect(withNews(known)).toEqual(expect.arrayContaining(['completions', 'receipts']));
      expect((await pullFrom(teacher, null)).status).toBe(500);
    } finally {
      await server.sql`grant select on homework_tasks, completion_reviews, classes, notices to authenticated_user`;
    }
  });

  test('says nothing and moves on where a change is nobody’s of theirs', async () => {
    const known = await pagesOf(maya, await pagesOf(maya, null));
    const { documents: clubs } = await leo.pullAll('school');
    await leo.push('completions', [{ newDocumentState: completion(leo.id, String(clubs.find(({ kind }) => kind === 'club')?.id)) }]);
    const pages = await pagesOf(maya, known);
    expect(pages['completions']?.documents).toEqual([]);
    expect(pages['completions']?.checkpoint.forward[0]).toBeGreaterThan(known['completions']?.checkpoint.forward[0] ?? Infinity);
  });

  test('fills pages that are smaller than the news', async () => {
    const { checkpoint } = await maya.pullAll('completions');
    const { documents: clubs } = await maya.pullAll('school');
    const club = String(clubs.find(({ kind }) => kind === 'club')?.id);
    const written = Array.from({ length: 7 }, () => completion(maya.id, club));
    await maya.push(
      'completions',
      written.map((newDocumentState) => ({ newDocumentState })),
    );
    const { pages, documents } = await maya.pullAll('completions', checkpoint, 3);
    expect(pages.map((page) => page.documents.length)).toEqual([3, 3, 1]);
    expect(ids(documents).sort()).toEqual(written.map(({ id }) => id).sort());
  });

  test('brings what a new grant shows, and takes away what a closed one showed', async () => {
    const classOf = async (student: Person) => {
      const [row] = await server.sql`select class_id from class_students where student_id = ${student.id} and is_current`;
      return String(row?.['class_id']);
    };
    const classId = await classOf(leo);
    let known = await pagesOf(teacher, await pagesOf(teacher, null));
    const theirs = ids((await leo.pullAll('completions')).documents);
    await server.sql`insert into teacher_classes (school_id, id, class_id, teacher_id) values (${teacher.signedIn.user.schoolId}, gen_random_uuid(), ${classId}, ${teacher.id})`;
    known = await pagesOf(teacher, known);
    expect(ids(known['completions']?.documents ?? [])).toEqual(expect.arrayContaining(theirs));
    expect(known['people']?.documents.some(({ studentId }) => studentId === leo.id)).toBe(true);
    await server.sql`delete from teacher_classes where teacher_id = ${teacher.id} and class_id = ${classId}`;
    known = await pagesOf(teacher, known);
    const forgotten = known['completions']?.documents.filter(({ _deleted: isDeleted }) => isDeleted) ?? [];
    expect(ids(forgotten)).toEqual(expect.arrayContaining(theirs));
  });
});

describe('S9: a checkpoint', () => {
  const malformed = [
    {},
    { epoch: 1, forward: [1] },
    { epoch: 1, forward: [-1, lastId], back: null },
    { epoch: 1, forward: [1.5, lastId], back: null },
    { epoch: 1, forward: ['1', lastId], back: null },
    { epoch: 1, forward: [1, "' or true --"], back: null },
    { epoch: 1, forward: [1, lastId], back: [1] },
    'x',
    [],
  ];
  test.each(malformed)('that is malformed is 400: %j', async (checkpoint) => {
    const { status } = await teacher.send('/api/sync/pull', { schema: 1, collections: { completions: { checkpoint } } });
    expect(status).toBe(400);
  });

  test.each([
    ['another epoch', { epoch: 77, forward: [1, lastId], back: null }],
    ['a version that is still to come', { epoch: 1, forward: [9_007_199_254_740_991, lastId], back: null }],
    ['far back', { epoch: 1, forward: [0, '00000000-0000-0000-0000-000000000000'], back: null }],
    ['back from what is still to come', { epoch: 1, forward: [0, lastId], back: [9_007_199_254_740_991, lastId] }],
  ] as [string, Checkpoint][])('that is forged (%s) shows no more than the grants do', async (_what, checkpoint) => {
    const { documents } = await leo.pullAll('completions', checkpoint);
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.every(({ studentId, _deleted: isDeleted }) => isDeleted || studentId === leo.id)).toBe(true);
  });
});

describe('S23: the digest', () => {
  const hashOf = (documents: readonly WireDocument[]) => {
    const hash = createHash('sha256');
    for (const { id, version } of documents.toSorted((one, other) => (one.id < other.id ? -1 : 1))) hash.update(digestLine(id, version));
    return hash.digest('hex');
  };

  test('matches what a caught-up device holds', async () => {
    for (const person of [maya, parent, teacher]) {
      const asked = await Promise.all(
        person.signedIn.collections.map(async (name) => {
          const { documents } = await person.pullAll(name);
          return [name, { count: documents.length, hash: hashOf(documents) }] as const;
        }),
      );
      const { body } = await person.send('/api/sync/digest', { schema: 1, collections: Object.fromEntries(asked) });
      const { epoch } = (await person.pullAll('people')).checkpoint;
      expect(body).toEqual({ epoch, collections: Object.fromEntries(asked.map(([name]) => [name, { matches: true }])) });
    }
  });

  test('names every id and version where it differs', async () => {
    const { documents } = await maya.pullAll('reviews');
    const { body } = await maya.send('/api/sync/digest', {
      schema: 1,
      collections: { reviews: { count: documents.length - 1, hash: hashOf(documents.slice(1)) } },
    });
    const { versions } = (body as { collections: { reviews: { versions: [number, string][] } } }).collections.reviews;
    expect(versions).toEqual(
      documents.map(({ id, version }) => [version, id]).toSorted((one, other) => (String(one[1]) < String(other[1]) ? -1 : 1)),
    );
  });
});

describe('what follows from a push', () => {
  test('is derived after the commit, and comes with the next pull', async () => {
    const before = await maya.pullAll('progress');
    const receipts = await maya.pullAll('receipts');
    const { documents: done } = await maya.pullAll('completions');
    const written = completion(maya.id, String(done[0]?.['clubId']), { id: newId() });
    await maya.push('completions', [{ newDocumentState: written }]);
    await expect.poll(async () => (await maya.pullAll('progress', before.checkpoint)).documents.length, { timeout: 10_000 }).toBe(1);
    const receipt = (await maya.pullAll('receipts', receipts.checkpoint)).documents.find(({ id }) => id === written.id);
    expect(receipt).toMatchObject({ studentId: maya.id, loggedBy: 'child', status: 'submitted' });
  });
});

test('S2: what is archived is a tombstone, the short way and the long, though policies show it still', async () => {
  const { checkpoint, documents } = await maya.pullAll('completions');
  const written = completion(maya.id, String(documents[0]?.['clubId']));
  await maya.push('completions', [{ newDocumentState: written }]);
  const { schoolId } = maya.signedIn.user;
  await server.sql.begin(async (sql) => {
    const [clock] = await sql<{ tick: number }[]>`select app.tick(${schoolId})::float8 as tick`;
    await sql`update sync_index set is_archived = true, version = ${clock?.tick ?? 0} where document_id = ${written.id}`;
  });
  const [version] = checkpoint.forward;
  for (const forward of [checkpoint.forward, [version, '00000000-0000-0000-0000-000000000000'] as [number, string]]) {
    const page = await maya.pullAll('completions', { ...checkpoint, forward });
    const archived = page.documents.find(({ id }) => id === written.id);
    expect(archived).toMatchObject({ id: written.id, _deleted: true });
    expect(archived).not.toHaveProperty('writtenWork');
  }
});
