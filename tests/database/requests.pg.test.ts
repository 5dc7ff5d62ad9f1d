import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { denied } from './refusals.ts';
import { openWorld, type Person, type Sql, type Transaction, type World } from './world.ts';

/** What people ask of the school under data protection law: by when, by whom it is handled, and by whom not. */

let world: World;
let schoolId: string;
let lead: Person;
let teacher: Person;
let mother: Person;
let child: Person;

beforeAll(async () => {
  world = await openWorld();
  schoolId = await world.addSchool();
  lead = await world.addPerson(schoolId, 'teacher', 'data_protection_lead');
  teacher = await world.addPerson(schoolId, 'teacher');
  mother = await world.addPerson(schoolId, 'parent');
  child = await world.addPerson(schoolId, 'student');
  await world.addGuardianship(mother, child);
});
afterAll(() => world.close());

async function record(sql: Sql | Transaction, by: Person, more: Record<string, unknown> = {}): Promise<string> {
  const id = randomUUID();
  const row = { school_id: schoolId, id, kind: 'access', subject_id: child.id, recorded_by: by.id, asked_on: '2026-11-24', ...more };
  await sql`insert into data_requests ${sql(row)}`;
  return id;
}

async function daysOf(id: string) {
  const [row] = await world.sql`
    select due_on::text as due, acknowledge_by::text as "acknowledgeBy" from data_requests where school_id = ${schoolId} and id = ${id}`;
  return row;
}

test('is due a month on; a complaint is acknowledged within 30 days', async () => {
  expect(await daysOf(await record(world.sql, lead))).toEqual({ due: '2026-12-24', acknowledgeBy: null });
  expect(await daysOf(await record(world.sql, lead, { asked_on: '2027-01-31' }))).toEqual({ due: '2027-02-28', acknowledgeBy: null });
  expect(await daysOf(await record(world.sql, lead, { kind: 'complaint' }))).toEqual({ due: '2026-12-24', acknowledgeBy: '2026-12-24' });
});

test('the data protection lead records and closes it, and the asker sees how it stands', async () => {
  const id = await world.as(lead, (sql) => record(sql, lead, { requested_by: mother.id }));
  const seen = () => world.as(mother, (sql) => sql`select state from data_requests where id = ${id}`);
  expect(await seen()).toEqual([{ state: 'open' }]);
  await world.as(lead, (sql) => sql`update data_requests set state = 'done', closed_on = '2026-12-01' where id = ${id}`);
  expect(await seen()).toEqual([{ state: 'done' }]);
});

test('nobody else records, sees or closes it', async () => {
  const id = await world.as(lead, (sql) => record(sql, lead));
  for (const person of [teacher, mother, child]) {
    await expect(world.as(person, (sql) => record(sql, person))).rejects.toMatchObject(denied);
    expect(await world.as(person, (sql) => sql`select id from data_requests where id = ${id}`)).toHaveLength(0);
    expect((await world.as(person, (sql) => sql`update data_requests set state = 'in_progress' where id = ${id}`)).count).toBe(0);
  }
});

test('what was asked stays as it was asked, and nobody deletes it', async () => {
  const id = await world.as(lead, (sql) => record(sql, lead));
  for (const change of ['kind', 'asked_on', 'subject_id', 'requested_by'] as const) {
    await expect(world.as(lead, (sql) => sql`update data_requests set ${sql(change)} = ${sql(change)}`)).rejects.toMatchObject(denied);
  }
  await expect(world.as(lead, (sql) => sql`delete from data_requests where id = ${id}`)).rejects.toMatchObject(denied);
});

test('it is closed with a day, and refused with a reason', async () => {
  const id = await record(world.sql, lead);
  const close = (change: Record<string, unknown>) =>
    world.sql`update data_requests set ${world.sql(change)} where school_id = ${schoolId} and id = ${id}`;
  await expect(close({ state: 'done' })).rejects.toMatchObject({ code: '23514' });
  await expect(close({ state: 'refused', closed_on: '2026-12-01' })).rejects.toMatchObject({ code: '23514' });
  await expect(close({ state: 'done', closed_on: '2026-11-01' })).rejects.toMatchObject({ code: '23514' });
  await close({ state: 'refused', closed_on: '2026-12-01', outcome_encrypted: randomBytes(8) });
});

test('wishes to delete that no teacher has answered are counted for who handles them, and for nobody else; whose they are is not said', async () => {
  const classId = await world.addClass(schoolId);
  await world.joinClass(child, classId);
  const wish = async (more: Record<string, unknown> = {}) => {
    const own = { school_id: schoolId, id: randomUUID(), student_id: child.id, kind: 'delete', topic: 'written' };
    await world.sql`insert into child_requests ${world.sql({ ...own, completion_id: randomUUID(), created_at: '2026-11-20T23:30:00Z', ...more })}`;
  };
  const counted = (person: Person) =>
    world.as(person, (sql) => sql`select class_id, wishes, oldest_on::text as "oldestOn" from app.open_delete_wishes()`);
  expect(await counted(lead)).toEqual([]);
  await wish();
  await wish({ created_at: '2026-10-02T09:00:00Z' });
  // A question is no wish, and what is answered does not wait.
  await wish({ kind: 'ask', topic: 'talk' });
  await wish({ state: 'answered', answer: 'removed', answered_by: teacher.id, answered_at: '2026-11-21T09:00:00Z' });
  expect(await counted(lead)).toEqual([{ class_id: classId, wishes: 2, oldestOn: '2026-10-02' }]);
  for (const person of [teacher, mother, child]) expect(await counted(person)).toEqual([]);
  const elsewhere = await world.addSchool();
  expect(await counted(await world.addPerson(elsewhere, 'teacher', 'data_protection_lead'))).toEqual([]);
});
