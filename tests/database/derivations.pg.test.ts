import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openWorld, type Person, type World } from './world.ts';

/** What makes a student's status and progress due to be derived again. */

let world: World;
let schoolId: string;
let classId: string;
let clubId: string;
let maya: Person;
let leo: Person;
let teacher: Person;

beforeAll(async () => {
  world = await openWorld();
  schoolId = await world.addSchool();
  classId = await world.addClass(schoolId);
  clubId = await world.addClub(schoolId);
  [maya, leo] = [await world.addPerson(schoolId, 'student'), await world.addPerson(schoolId, 'student')];
  teacher = await world.addPerson(schoolId, 'teacher');
  await world.joinClass(maya, classId);
});
afterAll(() => world.close());
beforeEach(() => world.sql`delete from derivations_due`);

async function due(): Promise<string[]> {
  const rows = await world.asWorker(schoolId, (sql) => sql<{ student_id: string }[]>`select student_id from derivations_due`);
  return rows.map(({ student_id: id }) => id).toSorted();
}

test('work that is logged, changed, marked or removed makes its child due', async () => {
  const id = await world.addCompletion(maya, clubId);
  expect(await due()).toEqual([maya.id]);
  await world.sql`delete from derivations_due`;
  await world.sql`update homework_completions set completion_date = '2026-01-07' where id = ${id}`;
  expect(await due()).toEqual([maya.id]);
  await world.sql`delete from derivations_due`;
  await world.addReview(teacher, maya, id);
  expect(await due()).toEqual([maya.id]);
  await world.sql`delete from derivations_due`;
  await world.sql`delete from homework_completions where id = ${id}`;
  expect(new Set(await due())).toEqual(new Set([maya.id]));
});

test('a day that is excused makes its child due, and taking it back again', async () => {
  const row = { school_id: schoolId, id: crypto.randomUUID(), student_id: maya.id, day: '2026-01-07', captured_at: new Date() };
  await world.sql`insert into excused_days ${world.sql({ ...row, state: 'excused' })}`;
  expect(await due()).toEqual([maya.id]);
  await world.sql`delete from derivations_due`;
  await world.sql`insert into excused_days ${world.sql({ ...row, id: crypto.randomUUID(), state: 'withdrawn', withdraws: row.id })}`;
  expect(await due()).toEqual([maya.id]);
});

test('what is derived makes nobody due again', async () => {
  const id = await world.addCompletion(maya, clubId);
  await world.sql`delete from derivations_due`;
  await world.asWorker(
    schoolId,
    (sql) => sql`update homework_completions set status = 'approved', effective_date = '2026-01-07' where id = ${id}`,
  );
  expect(await due()).toEqual([]);
});

test('the calendar makes the school due, a target its class, a move its child', async () => {
  await world.sql`insert into school_calendar (school_id, id, reason, name, from_on, until_on) values (${schoolId}, gen_random_uuid(), 'inset', 'INSET', '2026-01-05', '2026-01-05')`;
  expect(await due()).toEqual([maya.id, leo.id].toSorted());
  await world.sql`delete from derivations_due`;
  await world.sql`update classes set weekly_target = 2 where id = ${classId}`;
  expect(await due()).toEqual([maya.id]);
  await world.sql`delete from derivations_due`;
  await world.joinClass(leo, classId);
  expect(await due()).toEqual([leo.id]);
  await world.sql`delete from derivations_due`;
  await world.sql`update students set started_on = '2026-01-01' where id = ${leo.id}`;
  expect(await due()).toEqual([leo.id]);
});

test('where a teacher places a child makes it due, and the strand of a task everybody who did it', async () => {
  const levelId = crypto.randomUUID();
  await world.sql`
    insert into club_levels (school_id, id, club_id, number, name, stage) values (${schoolId}, ${levelId}, ${clubId}, 1, 'Acorn', 'Reception')`;
  const placing = { school_id: schoolId, id: crypto.randomUUID(), student_id: leo.id, club_id: clubId, level_id: levelId };
  await world.sql`
    insert into student_levels ${world.sql({ ...placing, set_by: 'teacher', teacher_id: teacher.id, reason_encrypted: Buffer.from('sealed') })}`;
  expect(await due()).toEqual([leo.id]);
  await world.sql`delete from derivations_due`;

  const task = { school_id: schoolId, id: crypto.randomUUID(), club_id: clubId, class_id: classId, task_group_id: crypto.randomUUID() };
  const rest = { title: 'Halves', evidence_kinds: ['written'], opens_on: '2026-01-05', set_by: teacher.id };
  await world.sql`insert into homework_tasks ${world.sql({ ...task, ...rest })}`;
  const done = await world.addCompletion(maya, clubId);
  await world.sql`update homework_completions set task_id = ${task.id} where id = ${done}`;
  await world.sql`delete from derivations_due`;
  await world.sql`update homework_tasks set title = 'Quarters' where id = ${task.id}`;
  expect(await due()).toEqual([]);
  await world.sql`update homework_tasks set strand = 'fractions' where id = ${task.id}`;
  expect(await due()).toEqual([maya.id]);
});

test('what a piece was makes its child due, and how it felt does not', async () => {
  const done = await world.addCompletion(maya, clubId);
  await world.sql`delete from derivations_due`;
  await world.sql`update homework_completions set feeling = 'easy' where id = ${done}`;
  expect(await due()).toEqual([]);
  await world.sql`update homework_completions set activity = 'reading' where id = ${done}`;
  expect(await due()).toEqual([maya.id]);
});

test('many rows of one transaction make a child due once', async () => {
  await world.sql.begin(async (sql) => {
    for (let n = 0; n < 20; n++) await world.addCompletion(maya, clubId, sql);
  });
  expect(await due()).toEqual([maya.id]);
});

test('what arrives while a job derives makes the child due again', async () => {
  await world.addCompletion(maya, clubId);
  await world.asWorker(schoolId, async (sql) => {
    await sql`delete from derivations_due`;
    await world.addCompletion(maya, clubId);
  });
  expect(await due()).toEqual([maya.id]);
  expect(await world.pool('background_worker')`select app.schools_to_derive() as id`).toEqual([{ id: schoolId }]);
});
