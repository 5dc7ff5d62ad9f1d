import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openWorld, type Person, type Sql, type Transaction, type World } from './world.ts';

/** S1, S2, S4: a statement is stamped whole, at commit, whatever it is and however it came about. */

let world: World;
let schoolId: string;
let classId: string;
let clubId: string;
let maya: Person;
let leo: Person;

beforeAll(async () => {
  world = await openWorld();
  schoolId = await world.addSchool();
  classId = await world.addClass(schoolId);
  clubId = await world.addClub(schoolId);
  maya = await world.addPerson(schoolId, 'student');
  leo = await world.addPerson(schoolId, 'student');
});
afterAll(() => world.close());
afterEach(async () => {
  expect(await world.sql`select from stamps_due`).toHaveLength(0);
});

async function versionsOf(collection: string, ids: readonly string[]): Promise<(number | null)[]> {
  const rows = await world.sql<{ id: string; version: number; is_deleted: boolean }[]>`
    select document_id as id, version, is_deleted from sync_index where collection = ${collection} and document_id = any (${[...ids]}::uuid[])`;
  return ids.map((id) => {
    const row = rows.find((one) => one.id === id);
    return row && !row.is_deleted ? row.version : null;
  });
}

const newIds = (count: number) => Array.from({ length: count }, () => randomUUID());

async function addCompletions(ids: readonly string[], student: Person = maya, sql: Sql | Transaction = world.sql): Promise<void> {
  await sql`
    insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, written_work_encrypted, captured_at)
    select ${schoolId}, id, ${student.id}, ${clubId}, '2026-01-08', 'written', ${randomBytes(8)}, now() from unnest(${[...ids]}::uuid[]) as id`;
}

test('a batch is one tick, in every collection that its rows show in', async () => {
  const ids = newIds(200);
  const before = await world.versionOf(schoolId);
  await addCompletions(ids);
  expect(await world.versionOf(schoolId)).toBe(before + 1);
  expect(new Set(await versionsOf('completions', ids))).toEqual(new Set([before + 1]));
  expect(new Set(await versionsOf('receipts', ids))).toEqual(new Set([before + 1]));
});

test('of a statement that updates many, what did not change is not stamped', async () => {
  const [easy, plain] = newIds(2) as [string, string];
  await addCompletions([easy, plain]);
  await world.sql`update homework_completions set feeling = 'easy' where id = ${easy}`;
  const [, stays] = await versionsOf('completions', [easy, plain]);
  const receipts = await versionsOf('receipts', [easy, plain]);
  await world.sql`update homework_completions set feeling = 'easy' where id = any (${[easy, plain]}::uuid[])`;
  const after = await versionsOf('completions', [easy, plain]);
  expect(after[0]).toBeLessThan(after[1] ?? 0);
  expect(after[1]).toBeGreaterThan(stays ?? 0);
  expect(await versionsOf('receipts', [easy, plain])).toEqual(receipts);
  await world.sql`update homework_completions set status = 'approved' where id = ${plain}`;
  expect(await versionsOf('completions', [easy, plain])).toEqual(after);
  expect((await versionsOf('receipts', [plain]))[0]).toBeGreaterThan(receipts[1] ?? 0);
});

test('what somebody says of a piece is told: how it felt, and what it was', async () => {
  const [piece = ''] = newIds(1);
  await addCompletions([piece]);
  const [first] = await versionsOf('completions', [piece]);
  await world.sql`update homework_completions set activity = 'reading' where id = ${piece}`;
  const [second] = await versionsOf('completions', [piece]);
  expect(second).toBeGreaterThan(first ?? 0);
  expect(await versionsOf('receipts', [piece])).toEqual([first]);
});

test('an insert that meets rows which are there stamps the new, the changed, and no other', async () => {
  const [standing, fresh] = newIds(2) as [string, string];
  await addCompletions([standing]);
  const [first] = await versionsOf('completions', [standing]);
  const rows = (minutes: number | null) => world.sql`
    insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
    select ${schoolId}, id, ${maya.id}, ${clubId}, '2026-01-08', 'written', now() from unnest(${[standing, fresh]}::uuid[]) as id
    on conflict (school_id, id) do update set minutes = ${minutes}`;
  await rows(null);
  const [untouched, added] = await versionsOf('completions', [standing, fresh]);
  expect([untouched, added]).toEqual([first, (first ?? 0) + 1]);
  await rows(10);
  const changed = await versionsOf('completions', [standing, fresh]);
  expect(changed).toEqual([(added ?? 0) + 1, (added ?? 0) + 1]);
});

test('what a cascade takes along becomes tombstones', async () => {
  const leaver = await world.addPerson(schoolId, 'student');
  const teacher = await world.addPerson(schoolId, 'teacher');
  const [work] = newIds(1) as [string];
  await addCompletions([work], leaver);
  const mark = await world.addReview(teacher, leaver, work);
  const roster = await world.joinClass(leaver, classId);
  const before = await world.versionOf(schoolId);
  await world.sql`delete from students where id = ${leaver.id}`;
  expect(await world.versionOf(schoolId)).toBe(before + 1);
  const gone = await world.sql<{ id: string }[]>`
    select document_id as id from sync_index where school_id = ${schoolId} and version = ${before + 1} and is_deleted`;
  expect(gone.map(({ id }) => id)).toEqual(expect.arrayContaining([work, mark, roster, leaver.id]));
});

test('a savepoint that is rolled back leaves nothing to stamp, and what came before and after it is stamped', async () => {
  const [kept, refused, later] = newIds(3) as [string, string, string];
  await world.sql.begin(async (sql) => {
    await addCompletions([kept], maya, sql);
    await sql
      .savepoint(async (inner) => {
        await addCompletions([refused], maya, inner);
        throw new Error('refused');
      })
      .catch(() => undefined);
    await addCompletions([later], maya, sql);
  });
  const [first, none, last] = await versionsOf('completions', [kept, refused, later]);
  expect(none).toBeNull();
  expect(first).toBe(last);
});

test('constraints that are made immediate half way stamp what there is, and the rest at commit by the same tick', async () => {
  const [early, gone, late] = newIds(3) as [string, string, string];
  const before = await world.versionOf(schoolId);
  await world.sql.begin(async (sql) => {
    await addCompletions([early, gone], maya, sql);
    await sql`set constraints all immediate`;
    await sql`delete from homework_completions where id = ${gone}`;
    await sql`set constraints all deferred`;
    await addCompletions([late], maya, sql);
  });
  expect(await versionsOf('completions', [early, gone, late])).toEqual([before + 1, null, before + 1]);
  expect(await world.versionOf(schoolId)).toBe(before + 1);
});

test('what one transaction adds, changes and removes ends as it ended', async () => {
  const [added, removed] = newIds(2) as [string, string];
  await world.sql.begin(async (sql) => {
    await addCompletions([added, removed], maya, sql);
    await sql`update homework_completions set minutes = 5 where id = any (${[added, removed]}::uuid[])`;
    await sql`delete from homework_completions where id = ${removed}`;
  });
  const [stands, gone] = await versionsOf('completions', [added, removed]);
  expect([stands !== null, gone]).toEqual([true, null]);
});

test('S4: an id that was another bucket’s is refused with its whole statement, and by a savepoint alone', async () => {
  const [taken, other] = newIds(2) as [string, string];
  await addCompletions([taken], leo);
  await world.sql`delete from homework_completions where id = ${taken}`;
  await expect(addCompletions([other, taken])).rejects.toMatchObject({ code: '23505', message: 'this id belongs to another document' });
  expect(await versionsOf('completions', [taken, other])).toEqual([null, null]);
  await world.sql.begin(async (sql) => {
    await sql
      .savepoint(async (inner) => {
        await addCompletions([taken], maya, inner);
        await inner`set constraints all immediate`;
      })
      .catch(() => undefined);
    await sql`set constraints all deferred`;
    await addCompletions([other], maya, sql);
  });
  const [stillGone, written] = await versionsOf('completions', [taken, other]);
  expect([stillGone, written !== null]).toEqual([null, true]);
});

test('a statement over two schools ticks each clock once', async () => {
  const second = await world.addSchool();
  await world.addClass(second);
  const before = [await world.versionOf(schoolId), await world.versionOf(second)] as const;
  await world.sql`update classes set name = 'Both' where school_id in (${schoolId}, ${second})`;
  expect([await world.versionOf(schoolId), await world.versionOf(second)]).toEqual([before[0] + 1, before[1] + 1]);
});
