import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type Person, type Sql, type World } from './world.ts';

/** What the role sign_in finds out, and that app.enter takes live sessions alone. */

let world: World;
let signIn: Sql;
let oak: string;
let riverside: string;
let classId: string;
let codeHash: Buffer;
let teacher: Person;
let maya: Person;
const emailIndex = randomBytes(32);
const loginIndex = randomBytes(32);

beforeAll(async () => {
  world = await openWorld();
  signIn = world.pool('sign_in');
  [oak, riverside] = [await world.addSchool(), await world.addSchool()];
  classId = await world.addClass(oak);
  teacher = await world.addPerson(oak, 'teacher');
  maya = await world.addPerson(oak, 'student');
  await world.joinClass(maya, classId);
  await world.sql`update users set email_index = ${emailIndex} where id = ${teacher.id}`;
  await world.sql`update credentials set login_index = ${loginIndex}, login_name_encrypted = '\\x01', picture_code_hash = 'pictures' where user_id = ${maya.id}`;
  const [row] = await world.sql<{ code_hash: Buffer }[]>`select code_hash from classes where id = ${classId}`;
  codeHash = row?.code_hash ?? Buffer.of();
});
afterAll(() => world.close());

async function slugHash(schoolId: string): Promise<Buffer> {
  const [row] = await world.sql<{ slug_hash: Buffer }[]>`select slug_hash from schools where id = ${schoolId}`;
  return row?.slug_hash ?? Buffer.of();
}

test('a slug finds its own school, and an unknown one none', async () => {
  for (const schoolId of [oak, riverside]) {
    expect(await signIn`select school_id from app.school_by_slug(${await slugHash(schoolId)})`).toEqual([{ school_id: schoolId }]);
  }
  expect(await signIn`select school_id from app.school_by_slug(${randomBytes(16)})`).toHaveLength(0);
});

test('a slug that changes is found by the new one only', async () => {
  const school = await world.addSchool();
  const [before, after] = [await slugHash(school), randomBytes(16)];
  await world.sql`update schools set slug_hash = ${after} where id = ${school}`;
  expect(await signIn`select from app.school_by_slug(${before})`).toHaveLength(0);
  expect(await signIn`select from app.school_by_slug(${after})`).toHaveLength(1);
});

test('an adult is found in their own school alone', async () => {
  expect(await signIn`select user_id, kind, password_hash from app.adult_credential(${oak}, ${emailIndex})`).toEqual([
    { user_id: teacher.id, kind: 'teacher', password_hash: 'hash' },
  ]);
  expect(await signIn`select from app.adult_credential(${riverside}, ${emailIndex})`).toHaveLength(0);
  expect(await signIn`select from app.adult_credential(${oak}, ${randomBytes(32)})`).toHaveLength(0);
});

test('a class code finds the class and its roster; a child is found through its own class alone', async () => {
  expect(await signIn`select school_id, class_id, picture_sign_in_anywhere from app.class_by_code(${codeHash})`).toEqual([
    { school_id: oak, class_id: classId, picture_sign_in_anywhere: false },
  ]);
  expect(await signIn`select from app.class_by_code(${randomBytes(16)})`).toHaveLength(0);
  const roster = await signIn`select student_id, login_index from app.class_roster(${oak}, ${classId})`;
  expect(roster).toEqual([{ student_id: maya.id, login_index: loginIndex }]);
  expect(await signIn`select user_id, picture_code_hash from app.child_credential(${oak}, ${classId}, ${loginIndex})`).toEqual([
    { user_id: maya.id, picture_code_hash: 'pictures' },
  ]);
  const otherClass = await world.addClass(oak);
  expect(await signIn`select from app.child_credential(${oak}, ${otherClass}, ${loginIndex})`).toHaveLength(0);
  expect(await signIn`select from app.class_roster(${riverside}, ${classId})`).toHaveLength(0);
});

test('a class code that is replaced, or whose class is archived, opens nothing', async () => {
  const spare = await world.addClass(oak);
  const fresh = randomBytes(16);
  await world.sql`update classes set code_hash = ${fresh} where id = ${spare}`;
  expect(await signIn`select from app.class_by_code(${fresh})`).toHaveLength(1);
  await world.sql`update classes set archived_at = now() where id = ${spare}`;
  expect(await signIn`select from app.class_by_code(${fresh})`).toHaveLength(0);
});

test('the fifth failure locks, success forgets', async () => {
  const fail = async () => {
    const [row] = await signIn<{ failed_attempts: number; locked: boolean }[]>`
      select failed_attempts, coalesce(locked_until > now(), false) as locked from app.record_failure(${oak}, ${maya.id})`;
    return row;
  };
  for (let attempt = 1; attempt < 5; attempt++) expect(await fail()).toEqual({ failed_attempts: attempt, locked: false });
  expect(await fail()).toEqual({ failed_attempts: 5, locked: true });
  await signIn`select app.record_success(${oak}, ${maya.id})`;
  expect(await signIn`select failed_attempts, locked_until from app.child_credential(${oak}, ${classId}, ${loginIndex})`).toEqual([
    { failed_attempts: 0, locked_until: null },
  ]);
});

async function beginSession(person: Person, endsIn: string, absolutelyEndsIn = endsIn): Promise<string> {
  const session = randomBytes(32).toString('hex');
  await signIn`
    select app.create_session(${person.schoolId}, ${session}, ${person.id}, ${randomUUID()}, now() + ${endsIn}::interval, now() + ${absolutelyEndsIn}::interval, null)`;
  return session;
}

const enter = (session: string) => world.as({ ...teacher, session }, (sql) => sql`select app.current_user_id() as id`);
const refused = { code: 'SS401' };

test('a live session enters; one that has ended, never was, or is not a session does not', async () => {
  const session = await beginSession(teacher, '1 hour');
  expect(await enter(session)).toEqual([{ id: teacher.id }]);
  expect(await signIn`select user_id, kind from app.find_session(${session})`).toEqual([{ user_id: teacher.id, kind: 'teacher' }]);
  await signIn`select app.end_session(${session})`;
  await expect(enter(session)).rejects.toMatchObject(refused);
  const expired = await beginSession(teacher, '-1 second');
  for (const bad of [expired, randomBytes(32).toString('hex'), '', 'zz', "' or true --", session.toUpperCase()]) {
    await expect(enter(bad), bad).rejects.toMatchObject(refused);
    expect(await signIn`select from app.find_session(${bad})`).toHaveLength(0);
  }
});

test('a session is never extended beyond its absolute end', async () => {
  const session = await beginSession(teacher, '1 hour', '2 hours');
  await signIn`select app.extend_session(${session}, now() + interval '30 days')`;
  const [row] = await signIn`select expires_at = absolute_expires_at as clamped from app.find_session(${session})`;
  expect(row).toEqual({ clamped: true });
});

test('all sessions of a person end together, and those long over are removed', async () => {
  const sessions = [await beginSession(maya, '1 hour'), await beginSession(maya, '1 hour')];
  await signIn`select app.end_sessions_of(${oak}, ${maya.id})`;
  for (const session of sessions) await expect(enter(session)).rejects.toMatchObject(refused);
  await beginSession(teacher, '-8 days');
  expect(await signIn`select app.delete_expired_sessions() as deleted`).toEqual([{ deleted: 1 }]);
  const orphans = await world.sql`
    select from sign_in_lookup l where kind = 'session' and not exists (select from sessions s where s.school_id = l.school_id and s.id = encode(l.hash, 'hex'))`;
  expect(orphans).toHaveLength(0);
});

test('a transaction acts for one session from beginning to end', async () => {
  const other = await beginSession(maya, '1 hour');
  await expect(world.as(teacher, (sql) => sql`select app.enter(${other})`)).rejects.toMatchObject({ code: '25001' });
});

test('a suspended school opens nothing', async () => {
  const school = await world.addSchool();
  const head = await world.addPerson(school, 'admin');
  await world.sql`update schools set status = 'suspended' where id = ${school}`;
  expect(await signIn`select from app.school_by_slug(${await slugHash(school)})`).toHaveLength(0);
  const seen = await world.as(head, (sql) => sql`select from classes`);
  expect(seen).toHaveLength(0);
});

test('a device’s last contact begins at sign-in and moves when it has nothing unsent', async () => {
  const device = randomUUID();
  await signIn`select app.register_device(${oak}, ${teacher.id}, ${device})`;
  await world.sql`update device_contacts set last_contact_at = now() - interval '3 days' where device_id = ${device}`;
  await signIn`select app.register_device(${oak}, ${teacher.id}, ${device})`;
  const age = () =>
    world.sql`select last_contact_at > now() - interval '1 minute' as fresh, clock_offset_ms from device_contacts where device_id = ${device}`;
  expect(await age()).toEqual([{ fresh: false, clock_offset_ms: null }]);
  await world.as(teacher, (sql) => sql`select app.touch_device(${device}, 3600000)`);
  expect(await age()).toEqual([{ fresh: true, clock_offset_ms: 3_600_000 }]);
});
