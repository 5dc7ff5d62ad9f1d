import { afterAll, beforeAll, expect, test } from 'vitest';
import { GeneratedSchool } from './generated-school.ts';
import { openWorld, type Person, type World } from './world.ts';

/** What app.enter sets is worked out beforehand, and is never older than the rights it follows from (S5). */

let world: World;
let schoolId: string;
let maya: Person;
let teacher: Person;

beforeAll(async () => {
  world = await openWorld();
  schoolId = await world.addSchool();
  const classId = await world.addClass(schoolId);
  maya = await world.addPerson(schoolId, 'student');
  teacher = await world.addPerson(schoolId, 'teacher');
  await world.joinClass(maya, classId);
  await world.teach(teacher, classId);
});
afterAll(() => world.close());

const reviewable = (person: Person) =>
  world.as(person, async (sql) => {
    const [row] = await sql<{ scopes: string[] | null }[]>`select app.scopes('completion.review') as scopes`;
    return row?.scopes ?? [];
  });
const kept = () => world.sql<{ holds_until: Date | null }[]>`select holds_until from access_reach where user_id = ${teacher.id}`;

test('it is what would be worked out now, for everybody', async () => {
  const differing = await world.sql`
    select kept.user_id from access_reach kept
    where (kept.names, kept.settings) <> (
      select coalesce(array_agg(name order by name), '{}'), coalesce(array_agg(setting order by name), '{}')
      from app.compute_reach(kept.school_id, kept.user_id))`;
  expect(differing).toEqual([]);
  expect(await kept()).toHaveLength(1);
  expect(await reviewable(teacher)).toEqual([maya.id]);
});

test('a permission that a role loses is gone with the commit', async () => {
  const [held] = await world.sql<{ role_id: string; permission: string; on_device: boolean }[]>`
    delete from role_permissions held using roles role
    where held.school_id = ${schoolId} and role.school_id = held.school_id and role.id = held.role_id and role.name = 'teacher'
      and held.permission = 'completion.review'
    returning held.role_id, held.permission, held.on_device`;
  expect(await reviewable(teacher)).toEqual([]);
  await world.sql`
    insert into role_permissions (school_id, role_id, permission, on_device)
    values (${schoolId}, ${held?.role_id ?? ''}, 'completion.review', ${held?.on_device ?? false})`;
  expect(await reviewable(teacher)).toEqual([maya.id]);
});

test('it does not outlive the next date at which something starts or ends', async () => {
  const until = new Date(Date.now() + 700);
  await world.sql`update user_roles set valid_until = ${until} where user_id = ${teacher.id}`;
  const [row] = await kept();
  expect(row?.holds_until?.getTime()).toBe(until.getTime());
  expect(await reviewable(teacher)).toEqual([maya.id]);
  await expect.poll(() => reviewable(teacher), { timeout: 3000 }).toEqual([]);
  await world.sql`update user_roles set valid_until = null where user_id = ${teacher.id}`;
  expect(await reviewable(teacher)).toEqual([maya.id]);
});

test('a grant that is changed by hand counts at once', async () => {
  await world.sql`update access_grants set expires_at = now() - interval '1 second' where user_id = ${teacher.id} and audience = 'student'`;
  expect(await kept()).toEqual([]);
  expect(await reviewable(teacher)).toEqual([]);
});

test('who leaves in the transaction that changed their rights leaves nothing behind', async () => {
  const leaver = await world.addPerson(schoolId, 'teacher');
  await world.sql.begin(async (sql) => {
    await world.giveRole(schoolId, leaver.id, 'teacher', undefined, sql);
    await sql`delete from users where id = ${leaver.id}`;
  });
  expect(await world.sql`select from access_reach where user_id = ${leaver.id}`).toHaveLength(0);
});

test('deleting somebody does not take the clock before the commit', async () => {
  const leaver = await world.addPerson(schoolId, 'parent');
  await world.sql.begin(async (sql) => {
    await sql`delete from users where id = ${leaver.id}`;
    // Another of the school commits meanwhile: the clock is free.
    await world.sql`update schools set name = 'Meanwhile' where id = ${schoolId}`;
  });
  expect(await world.sql`select from users where id = ${leaver.id}`).toHaveLength(0);
});

test.each([1, 2, 3, 4])('S5: after every step of history %i it is what would be worked out now', async (seed) => {
  const school = await GeneratedSchool.open(world, seed);
  for (let step = 0; step < 30; step++) {
    await school.step();
    const stale = await world.sql`
      with held as (
        select kept.school_id, kept.user_id, kept.names, kept.settings from access_reach kept
        where kept.holds_until is null or kept.holds_until > now()
      ),
      kept as (
        select held.user_id, one.name, scope
        from held cross join unnest(held.names, held.settings) as one (name, setting)
        cross join unnest(string_to_array(btrim(one.setting, '{}'), ',')) as scope
      ),
      afresh as (
        select held.user_id, one.name, scope
        from held cross join app.compute_reach(held.school_id, held.user_id) as one
        cross join unnest(string_to_array(btrim(one.setting, '{}'), ',')) as scope
      )
      (select 'too much' as what, * from kept except select 'too much', * from afresh)
      union all
      (select 'too little', * from afresh except select 'too little', * from kept)`;
    expect(stale, school.log.join('\n')).toEqual([]);
  }
});
