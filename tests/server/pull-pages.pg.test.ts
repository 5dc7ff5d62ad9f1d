import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Checkpoint, WireDocument } from '#domain/sync/protocol.ts';
import { completion, type Person } from './person.ts';
import { SchoolScene } from './school-scene.ts';

/** Pulls come in pages, each from a checkpoint on: the first of all, those after a poke, and those from where nobody has been. */

const scene = SchoolScene.open();

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const ids = (documents: readonly WireDocument[]) => documents.map(({ id }) => id);

describe('S10, S11: paging', () => {
  test('a first sync comes newest first, in full pages, each document once, and is then caught up', async () => {
    const whole = await scene.teacher.pullAll('completions', null, 2000);
    const { pages, documents } = await scene.teacher.pullAll('completions', null, 20);
    expect(documents.length).toBeGreaterThan(100);
    expect(new Set(ids(documents)).size).toBe(documents.length);
    expect(ids(documents)).toEqual(ids(whole.documents));
    for (const page of pages.slice(0, -1)) expect(page.documents).toHaveLength(20);
    for (const page of pages.slice(0, -1)) expect(page.isCaughtUp).toBe(false);
    const versions = documents.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((one, other) => other - one));
  });

  test('goes back below the last document, then follows forward from the head it noted', async () => {
    const first = await scene.teacher.pull('completions', null, 5);
    expect(first.checkpoint.forward[1]).toBe(lastId);
    expect(first.checkpoint.back).toEqual([expect.any(Number), first.documents.at(-1)?.id]);
    const { checkpoint } = await scene.teacher.pullAll('completions', first.checkpoint);
    expect(checkpoint.back).toBeNull();
    expect(checkpoint.forward[0]).toBeGreaterThanOrEqual(first.checkpoint.forward[0]);
  });

  test('what changes during a first sync comes again, later', async () => {
    const first = await scene.maya.pull('completions', null, 3);
    const clubId = String(first.documents[0]?.['clubId']);
    const written = completion(scene.maya.id, clubId);
    await scene.maya.push('completions', [{ newDocumentState: written }]);
    const rest = await scene.maya.pullAll('completions', first.checkpoint, 50);
    expect(ids(rest.documents).filter((id) => id === written.id)).toHaveLength(1);
    expect(rest.documents.at(-1)?.id).toBe(written.id);
  });

  test('limits are clamped, and a collection that every screen needs comes whole', async () => {
    expect((await scene.teacher.pull('completions', null, -7)).documents).toHaveLength(1);
    expect((await scene.teacher.pull('completions', null, 999_999)).documents.length).toBeLessThanOrEqual(2000);
    const people = await scene.teacher.pull('people', null, 1);
    expect(people.documents.length).toBeGreaterThan(50);
    expect(people.isCaughtUp).toBe(true);
  });

  test('an idle pull is empty and caught up, and stays where it is', async () => {
    const isIdle = async () => {
      const { checkpoint } = await scene.teacher.pullAll('completions');
      return isDeepStrictEqual(await scene.teacher.pull('completions', checkpoint), { documents: [], checkpoint, isCaughtUp: true });
    };
    // What follows from an earlier write is derived a moment after it, and moves the clock.
    await expect.poll(isIdle).toBe(true);
  });

  test('S8: all collections come in one answer', async () => {
    const { body } = await scene.maya.send('/api/sync/pull', {
      schema: 1,
      collections: Object.fromEntries(scene.maya.signedIn.collections.map((name) => [name, { checkpoint: null }])),
    });
    const { collections: pages, serverTime } = body as { collections: Record<string, { documents: unknown[] }>; serverTime: string };
    expect(Object.keys(pages).sort()).toEqual([...scene.maya.signedIn.collections].sort());
    expect(Math.abs(Date.parse(serverTime) - Date.now())).toBeLessThan(60_000);
  });

  test('large answers are compressed by what the client takes', async () => {
    const body = JSON.stringify({ schema: 1, collections: { completions: { checkpoint: null, limit: 500 } } });
    const pull = (accepted: string) =>
      fetch(`${scene.server.url}/api/sync/pull`, {
        method: 'POST',
        body,
        headers: { cookie: scene.teacher.cookie, 'content-type': 'application/json', 'accept-encoding': accepted },
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
    let known = await pagesOf(scene.teacher, await pagesOf(scene.teacher, null));
    await scene.server.sql`revoke select on homework_tasks, completion_reviews, classes, notices from authenticated_user`;
    try {
      const { documents: clubs } = await scene.maya.pullAll('school');
      const written = completion(scene.maya.id, String(clubs.find(({ kind }) => kind === 'club')?.id));
      await scene.maya.push('completions', [{ newDocumentState: written }]);
      known = await pagesOf(scene.teacher, known);
      expect(ids(known['completions']?.documents ?? [])).toEqual([written.id]);
      expect(withNews(known)).toEqual(expect.arrayContaining(['completions', 'receipts']));
      expect((await pullFrom(scene.teacher, null)).status).toBe(500);
    } finally {
      await scene.server.sql`grant select on homework_tasks, completion_reviews, classes, notices to authenticated_user`;
    }
  });

  test('says nothing and moves on where a change is nobody’s of theirs', async () => {
    const known = await pagesOf(scene.maya, await pagesOf(scene.maya, null));
    const { documents: clubs } = await scene.leo.pullAll('school');
    await scene.leo.push('completions', [
      { newDocumentState: completion(scene.leo.id, String(clubs.find(({ kind }) => kind === 'club')?.id)) },
    ]);
    const pages = await pagesOf(scene.maya, known);
    expect(pages['completions']?.documents).toEqual([]);
    expect(pages['completions']?.checkpoint.forward[0]).toBeGreaterThan(known['completions']?.checkpoint.forward[0] ?? Infinity);
  });

  test('fills pages that are smaller than the news', async () => {
    const { checkpoint } = await scene.maya.pullAll('completions');
    const { documents: clubs } = await scene.maya.pullAll('school');
    const club = String(clubs.find(({ kind }) => kind === 'club')?.id);
    const written = Array.from({ length: 7 }, () => completion(scene.maya.id, club));
    await scene.maya.push(
      'completions',
      written.map((newDocumentState) => ({ newDocumentState })),
    );
    const { pages, documents } = await scene.maya.pullAll('completions', checkpoint, 3);
    expect(pages.map((page) => page.documents.length)).toEqual([3, 3, 1]);
    expect(ids(documents).sort()).toEqual(written.map(({ id }) => id).sort());
  });

  test('brings what a new grant shows, and takes away what a closed one showed', async () => {
    const classOf = async (student: Person) => {
      const [row] = await scene.server.sql`select class_id from class_students where student_id = ${student.id} and is_current`;
      return String(row?.['class_id']);
    };
    const classId = await classOf(scene.leo);
    let known = await pagesOf(scene.teacher, await pagesOf(scene.teacher, null));
    const theirs = ids((await scene.leo.pullAll('completions')).documents);
    await scene.server
      .sql`insert into teacher_classes (school_id, id, class_id, teacher_id) values (${scene.teacher.signedIn.user.schoolId}, gen_random_uuid(), ${classId}, ${scene.teacher.id})`;
    known = await pagesOf(scene.teacher, known);
    expect(ids(known['completions']?.documents ?? [])).toEqual(expect.arrayContaining(theirs));
    expect(known['people']?.documents.some(({ studentId }) => studentId === scene.leo.id)).toBe(true);
    await scene.server.sql`delete from teacher_classes where teacher_id = ${scene.teacher.id} and class_id = ${classId}`;
    known = await pagesOf(scene.teacher, known);
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
    const { status } = await scene.teacher.send('/api/sync/pull', { schema: 1, collections: { completions: { checkpoint } } });
    expect(status).toBe(400);
  });

  test.each([
    ['another epoch', { epoch: 77, forward: [1, lastId], back: null }],
    ['a version that is still to come', { epoch: 1, forward: [9_007_199_254_740_991, lastId], back: null }],
    ['far back', { epoch: 1, forward: [0, '00000000-0000-0000-0000-000000000000'], back: null }],
    ['back from what is still to come', { epoch: 1, forward: [0, lastId], back: [9_007_199_254_740_991, lastId] }],
  ] as [string, Checkpoint][])('that is forged (%s) shows no more than the grants do', async (_what, checkpoint) => {
    const { documents } = await scene.leo.pullAll('completions', checkpoint);
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.every(({ studentId, _deleted: isDeleted }) => isDeleted || studentId === scene.leo.id)).toBe(true);
  });
});
