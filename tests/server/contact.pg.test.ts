import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { newId, Person, signIns } from './person.ts';

/** Who of a class the school has not heard from: for staff of the class alone, and never more than about when. */

let server: TestServer;
let teacher: Person;
let maya: Person;
let parent: Person;
let classId: string;

beforeAll(async () => {
  server = await startTestServer();
  [teacher, maya, parent] = await Promise.all(
    [signIns.teacher, signIns.maya, signIns.parent].map((who) => Person.signIn(server.url, who)) as [
      Promise<Person>,
      Promise<Person>,
      Promise<Person>,
    ],
  );
  const [row] = await server.sql<{ id: string }[]>`
    select class_id as id from class_students where student_id = ${maya.id} and is_current`;
  classId = row?.id ?? '';
});
afterAll(() => server.stop());

interface Heard {
  readonly studentId: string;
  readonly heard: string;
}
const ask = (who: Person, id = classId) => who.send(`/api/school/classes/${id}/contact`);
const heardOf = async (id: string, who = teacher) =>
  ((await ask(who)).body as { children: Heard[] }).children.find(({ studentId }) => studentId === id)?.heard;
/** As if nobody of the family had been there since. */
const silence = (days: number | null) => server.sql`
  with family as (select parent_id as id from parent_students where student_id = ${maya.id} union select ${maya.id}::uuid),
    gone as (delete from device_contacts using family where user_id = family.id)
  update users set last_seen_at = now() - make_interval(days => ${days}::integer) from family where users.id = family.id`;

test('staff of the class learn of each of its children whom they may see, and about when alone', async () => {
  const { status, body } = await ask(teacher);
  expect(status).toBe(200);
  const { children } = body as { children: Heard[] };
  const [count] = await server.sql<{ count: number }[]>`
    select count(*)::integer as count from class_students where class_id = ${classId} and is_current`;
  expect(children).toHaveLength(count?.count ?? 0);
  for (const child of children) {
    expect(Object.keys(child).sort()).toEqual(['heard', 'studentId']);
    expect(['today', 'week', 'longer', 'never']).toContain(child.heard);
  }
  expect(await heardOf(maya.id)).toBe('today');
});

test('the child and the family are heard together, and whichever was there last counts', async () => {
  await silence(30);
  expect(await heardOf(maya.id)).toBe('longer');
  await silence(3);
  expect(await heardOf(maya.id)).toBe('week');
  await silence(null);
  expect(await heardOf(maya.id)).toBe('never');
  await server.sql`update users set last_seen_at = now() where id = ${parent.id}`;
  expect(await heardOf(maya.id)).toBe('today');
  await silence(30);
  await server.sql`
    insert into device_contacts (school_id, user_id, device_id, last_contact_at)
    values (${maya.signedIn.user.schoolId}, ${maya.id}, ${newId()}, now() - interval '2 days')`;
  expect(await heardOf(maya.id)).toBe('week');
});

test('no parent, child, teacher of another class or other school is told, nor that there is such a class', async () => {
  const others = await Promise.all(
    [signIns.leo, signIns.riversideTeacher, signIns.riversideAdmin].map((who) => Person.signIn(server.url, who)),
  );
  for (const who of [maya, parent, ...others]) expect((await ask(who)).status).toBe(404);
  expect((await ask(teacher, newId())).status).toBe(404);
  expect((await ask(teacher, 'willow')).status).toBe(404);
});
