import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type Person, type World } from './world.ts';

/** Security: no row of another school is read or written, whatever the person's role, and nothing at all without app.enter. */

let world: World;
let oak: { id: string; people: Person[] };
let riverside: { id: string; people: Person[] };
let tables: string[];

beforeAll(async () => {
  world = await openWorld();
  oak = await peopledSchool();
  riverside = await peopledSchool();
  const rows = await world.sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    order by c.relname`;
  tables = rows.map(({ name }) => name);
});

afterAll(() => world.close());

/** At least one row in every tenant table. */
async function peopledSchool() {
  const id = await world.addSchool();
  const teacher = await world.addPerson(id, 'teacher');
  const student = await world.addPerson(id, 'student');
  const parent = await world.addPerson(id, 'parent');
  const admin = await world.addPerson(id, 'admin');
  const classId = await world.addClass(id);
  await world.teach(teacher, classId);
  await world.joinClass(student, classId);
  await world.addGuardianship(parent, student);
  const clubId = await world.addClub(id);
  await world.sql`insert into club_levels (school_id, id, club_id, number, name, stage) values (${id}, gen_random_uuid(), ${clubId}, 1, 'Acorn', 'R')`;
  await world.sql`insert into school_calendar (school_id, id, reason, name, from_on, until_on) values (${id}, gen_random_uuid(), 'inset', 'INSET', '2026-01-05', '2026-01-05')`;
  await world.addTask(id, clubId, teacher, { classId });
  const completionId = await world.addCompletion(student, clubId);
  await world.addReview(teacher, student, completionId);
  await world.sql`insert into student_progress (school_id, student_id, current_run, longest_run, weeks, clubs) values (${id}, ${student.id}, 1, 1, '[]', '{}')`;
  await world.sql`insert into notices (school_id, id, audience, user_id, kind, code, message) values (${id}, gen_random_uuid(), 'account', ${parent.id}, 'rejection', 'not_allowed', 'No')`;
  await world.sql`insert into rejected_pushes (school_id, id, user_id, collection, document_id, code, payload_encrypted) values (${id}, gen_random_uuid(), ${parent.id}, 'completions', gen_random_uuid(), 'not_allowed', '\\x00')`;
  await world.sql`select app.register_device(${id}, ${student.id}, gen_random_uuid())`;
  await world.sql`insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision) values (${id}, gen_random_uuid(), ${student.id}, ${parent.id}, 'photo', 1, 'given')`;
  await world.sql`insert into data_retention_policies (school_id, entity_type, period) values (${id}, 'notices', 30)`;
  await world.sql`insert into legal_holds (school_id, id, subject_id, reason_encrypted, placed_by) values (${id}, gen_random_uuid(), ${student.id}, '\\x00', ${admin.id})`;
  await world.sql`insert into retention_runs (school_id) values (${id})`;
  await world.sql`insert into data_requests (school_id, id, kind, subject_id, recorded_by, asked_on) values (${id}, gen_random_uuid(), 'access', ${student.id}, ${admin.id}, '2026-01-08')`;
  await world.sql`insert into clock_marks (school_id, marked_on, version) values (${id}, '2026-01-08', 1)`;
  return { id, people: [teacher, student, parent, admin] };
}

/** Tables that are empty between transactions. */
const transient = new Set(['grants_due', 'stamps_due']);

test('every tenant table has rows of both schools, so that the tests below prove something', async () => {
  for (const table of tables.filter((name) => !transient.has(name))) {
    const [found] = await world.sql<{ schools: number }[]>`select count(distinct school_id)::int as schools from ${world.sql(table)}`;
    expect(found?.schools, table).toBe(2);
  }
});

test('without app.enter a request reads nothing from any table', async () => {
  for (const table of tables) expect(await readableRows('authenticated_user', table), table).toBe(0);
});

test('without app.enter_worker a job reads nothing from any table', async () => {
  for (const table of tables) expect(await readableRows('background_worker', table), table).toBe(0);
});

async function readableRows(role: 'authenticated_user' | 'background_worker', table: string): Promise<number> {
  const [found] = await readable(world.pool(role), table);
  return found?.rows ?? 0;
}

/** Counts rows by columns that the role may read; a table it may not read at all has none. */
async function readable(
  sql: World['sql'] | Parameters<Parameters<World['as']>[1]>[0],
  table: string,
  schoolId?: string,
): Promise<{ rows: number }[]> {
  const [may] = await sql<{ may: boolean }[]>`select has_column_privilege(${table}, 'school_id', 'select') as may`;
  if (!may?.may) return [{ rows: 0 }];
  return schoolId === undefined
    ? sql<{ rows: number }[]>`select count(school_id)::int as rows from ${sql(table)}`
    : sql<{ rows: number }[]>`select count(school_id)::int as rows from ${sql(table)} where school_id = ${schoolId}`;
}

test('nobody reads a row of the other school from any table', async () => {
  for (const person of oak.people) {
    for (const table of tables) {
      const [found] = await world.as(person, (sql) => readable(sql, table, riverside.id));
      expect(found?.rows, `${person.kind} reads ${table}`).toBe(0);
    }
  }
});

test('a job of one school reads no row of the other from any table', async () => {
  for (const table of tables) {
    const [found] = await world.asWorker(oak.id, (sql) => readable(sql, table, riverside.id));
    expect(found?.rows, table).toBe(0);
  }
});

test('somebody reads something: the walls above are not just closed doors', async () => {
  const teacher = oak.people[0];
  if (!teacher) throw new Error('the school has a teacher');
  for (const table of [
    'schools',
    'users',
    'classes',
    'class_students',
    'students',
    'parent_students',
    'homework_completions',
    'completion_reviews',
  ]) {
    const [found] = await world.as(teacher, (sql) => readable(sql, table));
    expect(found?.rows, table).toBeGreaterThan(0);
  }
});

test('nobody writes into the other school, even with all other columns right', async () => {
  const target = riverside.people.find(({ kind }) => kind === 'student');
  const [club] = await world.sql<{ id: string }[]>`select id from clubs where school_id = ${riverside.id}`;
  if (!target || !club) throw new Error('the other school has a student and a club');
  for (const person of oak.people) {
    await expect(
      world.as(
        person,
        (sql) => sql`
          insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
          values (${riverside.id}, gen_random_uuid(), ${target.id}, ${club.id}, '2026-01-08', 'written', now())`,
      ),
    ).rejects.toMatchObject({ code: '42501' });
    const changed = await world.as(person, (sql) => sql`update homework_completions set minutes = 5 where school_id = ${riverside.id}`);
    expect(changed.count).toBe(0);
    const removed = await world.as(person, (sql) => sql`delete from homework_completions where school_id = ${riverside.id}`);
    expect(removed.count).toBe(0);
  }
});

test('a job of one school cannot write into the other', async () => {
  const target = riverside.people.find(({ kind }) => kind === 'student');
  if (!target) throw new Error('the other school has a student');
  const changed = await world.asWorker(
    oak.id,
    (sql) => sql`update homework_completions set status = 'void' where school_id = ${riverside.id}`,
  );
  expect(changed.count).toBe(0);
  await expect(
    world.asWorker(
      oak.id,
      (sql) => sql`
        insert into student_progress (school_id, student_id, current_run, longest_run, weeks, clubs)
        values (${riverside.id}, ${target.id}, 9, 9, '[]', '{}')`,
    ),
  ).rejects.toMatchObject({ code: '42501' });
});

test('a row cannot refer to another school’s', async () => {
  const student = oak.people.find(({ kind }) => kind === 'student');
  const [club] = await world.sql<{ id: string }[]>`select id from clubs where school_id = ${riverside.id}`;
  if (!student || !club) throw new Error('there is a student, and a club next door');
  await expect(world.addCompletion(student, club.id)).rejects.toMatchObject({ code: '23503' });
});

test('what one transaction entered is gone in the next of the same connection', async () => {
  const teacher = oak.people[0];
  if (!teacher) throw new Error('the school has a teacher');
  const connection = await world.pool('authenticated_user').reserve();
  try {
    await connection`begin`;
    await connection`select app.enter(${teacher.session})`;
    const [inside] = await connection<{ rows: number }[]>`select count(*)::int as rows from students`;
    await connection`commit`;
    const [after] = await connection<{ rows: number }[]>`select count(*)::int as rows from students`;
    expect(inside?.rows).toBe(1);
    expect(after?.rows).toBe(0);
  } finally {
    connection.release();
  }
});
