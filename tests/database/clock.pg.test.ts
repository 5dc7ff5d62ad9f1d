import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lastId, TestDevice } from './device.ts';
import { openWorld, type Person, type World } from './world.ts';

/** S1, S2: one clock a school, stamped at commit; I1: clock order is commit order. */

let world: World;
let schoolId: string;
let maya: Person;
let teacher: Person;
let clubId: string;

beforeAll(async () => {
  world = await openWorld();
  schoolId = await world.addSchool();
  const classId = await world.addClass(schoolId);
  clubId = await world.addClub(schoolId);
  maya = await world.addPerson(schoolId, 'student');
  teacher = await world.addPerson(schoolId, 'teacher');
  await world.joinClass(maya, classId);
  await world.teach(teacher, classId);
});
afterAll(() => world.close());

interface Stamp {
  readonly version: number;
  readonly created_version: number;
  readonly is_deleted: boolean;
}

async function stampOf(collection: string, id: string): Promise<Stamp | undefined> {
  const [stamp] = await world.sql<Stamp[]>`
    select version, created_version, is_deleted from sync_index where school_id = ${schoolId} and collection = ${collection} and document_id = ${id}`;
  return stamp;
}

test('S1: one transaction is one tick, however much it changes', async () => {
  const before = await world.versionOf(schoolId);
  const ids: string[] = [];
  await world.sql.begin(async (sql) => {
    for (let n = 0; n < 5; n++) ids.push(await world.addCompletion(maya, clubId, sql));
    await sql`update clubs set name = 'Numbers' where id = ${clubId}`;
  });
  expect(await world.versionOf(schoolId)).toBe(before + 1);
  for (const id of ids) expect((await stampOf('completions', id))?.version).toBe(before + 1);
  expect((await stampOf('school', clubId))?.version).toBe(before + 1);
});

test('S1: a change that says nothing new does not tick', async () => {
  const id = await world.addCompletion(maya, clubId);
  const before = await world.versionOf(schoolId);
  await world.sql`update homework_completions set minutes = minutes, status = status where id = ${id}`;
  await world.sql`update users set last_seen_at = now() where id = ${maya.id}`;
  expect(await world.versionOf(schoolId)).toBe(before);
});

test('S12: the client’s columns stamp completions, the server’s stamp receipts', async () => {
  const id = await world.addCompletion(maya, clubId);
  const first = await stampOf('completions', id);
  await world.sql`update homework_completions set status = 'approved' where id = ${id}`;
  expect(await stampOf('completions', id)).toEqual(first);
  const receipt = await stampOf('receipts', id);
  expect(receipt?.version).toBeGreaterThan(first?.version ?? 0);
  await world.sql`update homework_completions set feeling = 'easy' where id = ${id}`;
  expect(await stampOf('receipts', id)).toEqual(receipt);
  expect((await stampOf('completions', id))?.version).toBeGreaterThan(receipt?.version ?? 0);
});

test('S2: a row that is gone keeps its place in the index as a tombstone, with the version it was born at', async () => {
  const id = await world.addCompletion(maya, clubId);
  const born = (await stampOf('completions', id))?.created_version;
  await world.sql`delete from homework_completions where id = ${id}`;
  expect(await stampOf('completions', id)).toMatchObject({ is_deleted: true, created_version: born });
  expect(await stampOf('receipts', id)).toMatchObject({ is_deleted: true });
});

test('trap 23: SQL by hand cannot go round the clock', async () => {
  const before = await world.versionOf(schoolId);
  await world.sql`update classes set name = 'By hand' where school_id = ${schoolId}`;
  expect(await world.versionOf(schoolId)).toBe(before + 1);
});

test('a savepoint that is rolled back takes its tick with it', async () => {
  const before = await world.versionOf(schoolId);
  let kept = '';
  await world.sql.begin(async (sql) => {
    await sql
      .savepoint(async (inner) => {
        await world.addCompletion(maya, clubId, inner);
        await inner`set constraints all immediate`;
        throw new Error('refused');
      })
      .catch(() => undefined);
    await sql`set constraints all deferred`;
    kept = await world.addCompletion(maya, clubId, sql);
  });
  expect(await world.versionOf(schoolId)).toBe(before + 1);
  expect((await stampOf('completions', kept))?.version).toBe(before + 1);
});

test('trap 1, I1: a transaction that stalls before its commit is stamped after one that began later and committed', async () => {
  const device = new TestDevice(world, teacher);
  await device.pull();
  let stalled = '';
  let quick = '';
  await world.sql.begin(async (sql) => {
    stalled = await world.addCompletion(maya, clubId, sql);
    quick = await world.addCompletion(maya, clubId);
    await device.pull();
    expect(device.holds('completions', quick)).toBe(true);
    expect(device.holds('completions', stalled)).toBe(false);
  });
  await device.pull();
  expect(device.holds('completions', stalled)).toBe(true);
});

test('I1, I7: with stalls in the middle of everything a reader that polls misses nothing', async () => {
  const device = new TestDevice(world, teacher, 7);
  const written: string[] = [];
  let isWriting = true;
  const writers = Array.from({ length: 3 }, async (_, writer) => {
    for (let n = 0; n < 12; n++) {
      await world.sql.begin(async (sql) => {
        written.push(await world.addCompletion(maya, clubId, sql));
        // Some stall with the row written, some with the clock in hand.
        if ((n + writer) % 3 === 1) await sql`set constraints all immediate`;
        if ((n + writer) % 3 > 0) await sql`select pg_sleep(${0.004 * ((n * 7 + writer * 5) % 4)})`;
      });
    }
  });
  const reader = (async () => {
    while (isWriting) await device.pull(['completions']);
  })();
  await Promise.all(writers);
  isWriting = false;
  await reader;
  await device.pull(['completions']);
  expect(written.filter((id) => !device.holds('completions', id))).toEqual([]);
});

test('a longer snapshot cannot write synced rows: it would not see what others did to the same grants', async () => {
  await expect(
    world.sql.begin('isolation level repeatable read', (sql) => sql`update classes set name = 'Snapshot' where school_id = ${schoolId}`),
  ).rejects.toMatchObject({ code: '25000' });
});

test('clocks of two schools do not wait for each other', async () => {
  const other = await world.addSchool();
  await world.sql.begin(async (sql) => {
    await sql`update classes set weekly_target = 3 where school_id = ${schoolId}`;
    await sql`set constraints all immediate`;
    await world.sql`update schools set name = 'Other' where id = ${other}`;
  });
  expect(await world.versionOf(other)).toBeGreaterThan(0);
});

test('touched_since names the buckets and the users of what came after a version (S18)', async () => {
  const before = await world.versionOf(schoolId);
  await world.addCompletion(maya, clubId);
  const leaver = await world.addPerson(schoolId, 'parent');
  const rows = await world.asWorker(
    schoolId,
    (sql) => sql`select audience, scope_id, user_id from app.touched_since(${schoolId}, ${before})`,
  );
  expect([...rows]).toEqual(
    expect.arrayContaining([
      { audience: 'student', scope_id: maya.id, user_id: null },
      { audience: null, scope_id: null, user_id: leaver.id },
    ]),
  );
  expect(rows.some((row) => row['user_id'] === teacher.id)).toBe(false);
  const head = await world.versionOf(schoolId);
  expect(await world.asWorker(schoolId, (sql) => sql`select from app.touched_since(${schoolId}, ${head})`)).toHaveLength(0);
  expect(await world.asWorker(schoolId, (sql) => sql`select version from app.clocks() where school_id = ${schoolId}`)).toEqual([
    { version: head },
  ]);
});

test('names, pictures and staff reach every document that shows them', async () => {
  const student = await world.addPerson(schoolId, 'student');
  const parent = await world.addPerson(schoolId, 'parent');
  const classId = await world.addClass(schoolId);
  const roster = await world.joinClass(student, classId);
  const guardianship = await world.addGuardianship(parent, student);
  const changed = async (work: () => Promise<unknown>) => {
    const before = await world.versionOf(schoolId);
    await work();
    const rows = await world.sql<
      { document_id: string }[]
    >`select document_id from sync_index where school_id = ${schoolId} and version > ${before}`;
    return rows.map(({ document_id }) => document_id).toSorted();
  };
  expect(await changed(() => world.sql`update users set first_name_encrypted = '\\x01' where id = ${student.id}`)).toEqual(
    [student.id, roster].toSorted(),
  );
  expect(await changed(() => world.sql`update students set avatar = 'fox' where id = ${student.id}`)).toEqual(
    [student.id, roster].toSorted(),
  );
  expect(await changed(() => world.sql`update users set name_encrypted = '\\x01' where id = ${parent.id}`)).toEqual([guardianship]);
  expect(await changed(() => world.sql`update users set name_encrypted = '\\x01' where id = ${teacher.id}`)).toEqual([teacher.id]);
  expect(await changed(() => world.teach(teacher, classId))).toEqual([classId]);
  const next = await world.addClass(schoolId);
  const moved = await changed(() => world.sql`update class_students set until_on = '2026-02-01' where id = ${roster}`);
  expect(moved).toEqual([student.id, roster].toSorted());
  expect(await stampOf('people', roster)).toMatchObject({ is_deleted: true });
  const newRoster = randomUUID();
  expect(
    await changed(
      () =>
        world.sql`insert into class_students (school_id, id, class_id, student_id, from_on) values (${schoolId}, ${newRoster}, ${next}, ${student.id}, '2026-02-02')`,
    ),
  ).toEqual([student.id, newRoster].toSorted());
});

test('the head is seen with its epoch, and nothing lies beyond it', async () => {
  const version = await world.versionOf(schoolId);
  expect(await world.as(teacher, (sql) => sql`select epoch, version from app.head()`)).toEqual([{ epoch: 1, version }]);
  const beyond = await world.as(
    teacher,
    (sql) => sql`select from app.changes('completions', '{student}', ${version}, ${lastId}, null, null, 'forward', 10)`,
  );
  expect(beyond).toHaveLength(0);
});
