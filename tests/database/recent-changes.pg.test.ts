import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type Person, type World } from './world.ts';

/** S6: app.recent_changes is the short way to what app.changes gives, and says where only the long way will do. */

let world: World;
let schoolId: string;
let classId: string;
let clubId: string;
let maya: Person;
let teacher: Person;

beforeAll(async () => {
  world = await openWorld();
  schoolId = await world.addSchool();
  classId = await world.addClass(schoolId);
  clubId = await world.addClub(schoolId);
  maya = await world.addPerson(schoolId, 'student');
  teacher = await world.addPerson(schoolId, 'teacher');
  await world.joinClass(maya, classId);
  await world.teach(teacher, classId);
});
afterAll(() => world.close());

const names = ['completions', 'tasks'];
/** Collection and document of what is new after `version`; null: the long way. */
const recent = (person: Person, version: number) =>
  world.as(person, async (sql) => {
    const rows = await sql<{ collection: string; document_id: string | null }[]>`
      select collection, document_id from app.recent_changes(${names}, ${names.map(() => version)}::bigint[])`;
    return rows.map((row) => [row.collection, row.document_id]);
  });
const longWay = names.map((name) => [name, null]);

test('names what is new within reach, and nothing of others', async () => {
  const before = await world.versionOf(schoolId);
  expect(await recent(teacher, before)).toEqual([]);
  const stranger = await world.addPerson(schoolId, 'student');
  const since = await world.versionOf(schoolId);
  await world.addCompletion(stranger, clubId);
  const work = await world.addCompletion(maya, clubId);
  expect(await recent(teacher, since)).toEqual([['completions', work]]);
});

test('takes the long way where a grant has opened or closed since', async () => {
  const opening = await world.versionOf(schoolId);
  const joiner = await world.addPerson(schoolId, 'student');
  const added = await world.versionOf(schoolId);
  expect(added).toBeGreaterThan(opening);
  const roster = await world.joinClass(joiner, classId);
  expect(await recent(teacher, added)).toEqual(longWay);
  const joined = await world.versionOf(schoolId);
  expect(await recent(teacher, joined)).toEqual([]);
  await world.sql`delete from class_students where id = ${roster}`;
  expect(await recent(teacher, joined)).toEqual(longWay);
  expect(await recent(maya, joined)).toEqual([]);
});

test('takes the long way where much has happened in the school', async () => {
  const since = await world.versionOf(schoolId);
  const add = (count: number) => world.sql`
    insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
    select ${schoolId}, id, ${maya.id}, ${clubId}, '2026-01-08', 'written', now()
    from unnest(${Array.from({ length: count }, () => randomUUID())}::uuid[]) as id`;
  // Each shows as a completion and as a receipt.
  await add(250);
  expect(await recent(teacher, since)).toHaveLength(250);
  await add(1);
  expect(await recent(teacher, since)).toEqual(longWay);
});
