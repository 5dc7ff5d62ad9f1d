import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDemoSchools } from '#db/seed/generate.ts';
import type { Child } from '#db/seed/model.ts';
import type { ClassBoard } from '#domain/collections/classes.ts';
import { hasConsent } from '#domain/consents/effective.ts';
import { must } from '#domain/must.ts';
import type { Checkpoint } from '#domain/sync/protocol.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { completion, newId, Person, signIns } from './person.ts';

/** A class's board: a name stands there while school, family and child all say yes, and for whom it is meant. */

let server: TestServer;
let maya: Person;
/** Of Maya's class; she said yes, and so did her family. */
let mate: Person;
let teacher: Person;
let parent: Person;
let admin: Person;
let classId: string;
let clubId: string;
/** The first names of all who may be named, in order, and everybody else of the class. */
let named: string[];
let others: readonly Child[];

beforeAll(async () => {
  server = await startTestServer();
  const [school] = [...generateDemoSchools(new Date(), 'small')];
  const { children, classes, consents, guardianships } = must(school, 'there is Oak Hill');
  classId = must(
    classes.find(({ code }) => code === 'WILLOW4'),
    'there is 4 Willow',
  ).id;
  const agrees = ({ id }: Child) =>
    hasConsent(
      consents.filter(({ studentId }) => studentId === id),
      guardianships.filter((one) => one.studentId === id && one.hasParentalResponsibility).map(({ parentId }) => parentId),
      'leaderboard',
    );
  const willow = children.filter((child) => child.classId === classId);
  const shown = willow.filter((child) => child.showsOnBoards && agrees(child));
  others = willow.filter((child) => !shown.includes(child));
  named = shown.map(({ firstName }) => firstName).sort((one, other) => one.localeCompare(other, 'en-GB'));
  const one = must(
    shown.find(({ history }) => history === 'drawn'),
    'another may be named',
  );
  const { url } = server;
  const pictures = one.pictures.split('-').map(Number);
  [maya, mate, teacher, parent, admin] = await Promise.all(
    [signIns.maya, { classCode: 'WILLOW4', student: one.loginName, pictures }, signIns.teacher, signIns.parent, signIns.admin].map((who) =>
      Person.signIn(url, who),
    ),
  ) as [Person, Person, Person, Person, Person]; // prettier-ignore
  clubId = String((await maya.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.id);
  // Everybody has done something this week, whatever day it is.
  await teacher.push(
    'completions',
    willow.map(({ id }) => ({ newDocumentState: completion(id, clubId) })),
  );
});
afterAll(() => server.stop());

async function boardOf(person: Person): Promise<ClassBoard | null> {
  const { documents } = await person.pullAll('classes');
  return (documents.find(({ id }) => id === classId)?.['board'] ?? null) as ClassBoard | null;
}
const hallOf = async (person: Person) => (await boardOf(person))?.effort.map(({ firstName }) => firstName);
const say = (person: Person, isShown: unknown) => person.send('/api/school/boards/shown', { isShown });
const set = (settings: object, person = admin) => person.send('/api/school/settings', settings);
const decide = (decision: string) =>
  parent.send('/api/privacy/consents', { id: newId(), studentId: maya.id, purpose: 'leaderboard', noticeVersion: 1, decision });
/** What was written past the server is derived with the next commit. */
const kick = () => say(maya, true);
const withoutMaya = () => named.filter((name) => name !== 'Maya');

/** A device that holds the class, and what its next contacts bring of it. */
async function deviceOf(person: Person): Promise<() => Promise<string[] | undefined>> {
  let checkpoint: Checkpoint;
  let board = await boardOf(person);
  ({ checkpoint } = await person.pullAll('classes'));
  return async () => {
    const news = await person.pullAll('classes', checkpoint);
    checkpoint = news.checkpoint;
    const document = news.documents.find(({ id }) => id === classId);
    if (document) board = (document['board'] ?? null) as ClassBoard | null;
    return board?.effort.map(({ firstName }) => firstName);
  };
}

describe('the Hall of Effort', () => {
  test('names in order of the alphabet who may be named, and of everybody else tells nothing', async () => {
    await expect.poll(() => hallOf(maya), { timeout: 10_000 }).toEqual(named);
    expect(named.length).toBeGreaterThan(5);
    expect(others.length).toBeGreaterThan(2);
    const { documents } = await maya.pullAll('classes');
    const text = JSON.stringify(documents);
    for (const { id } of others) expect(text).not.toContain(id);
  });

  test('is for the children of the class and its teachers; a family sees the garden alone, and another class nothing', async () => {
    expect(await hallOf(mate)).toEqual(named);
    expect(await hallOf(teacher)).toEqual(named);
    const seen = must(await boardOf(parent), 'a parent sees the garden');
    expect([seen.effort, seen.places]).toEqual([[], null]);
    expect(seen.gardens.length).toBeGreaterThan(0);
    const leo = await Person.signIn(server.url, signIns.leo);
    expect(await boardOf(leo)).toBeNull();
    // An admin has no class's register on the device.
    expect((await boardOf(admin))?.effort).toEqual([]);
  });

  test('lies at the school by ids alone: no name stands in the figures', async () => {
    const rows = await server.sql`select figures::text as text from leaderboards`;
    expect(rows.length).toBeGreaterThan(0);
    for (const { text } of rows) for (const name of named) expect(text).not.toContain(name);
  });
});

describe('a name goes at once, and from other devices at their next contact', () => {
  const yes = { child: () => say(maya, true), family: () => decide('given'), school: () => set({ leaderboard: 'team' }) };
  const no = { child: () => say(maya, false), family: () => decide('withdrawn') };

  test.each(['child', 'family'] as const)('when the %s says no; and comes back with a yes', async (who) => {
    const device = await deviceOf(mate);
    expect((await no[who]()).status).toBe(204);
    // Before anything is derived anew.
    expect(await hallOf(mate)).toEqual(withoutMaya());
    await expect.poll(device, { timeout: 10_000 }).toEqual(withoutMaya());
    expect((await yes[who]()).status).toBe(204);
    await expect.poll(device, { timeout: 10_000 }).toEqual(named);
  });

  test('and comes back with their next, however long the figures take to be derived', async () => {
    const device = await deviceOf(mate);
    const { schoolId } = maya.signedIn.user;
    const another = must(
      (await boardOf(maya))?.effort.find(({ firstName }) => firstName !== 'Maya'),
      'others are named',
    );
    const setStatus = (status: string) => server.sql`update users set status = ${status} where id = ${another.studentId}`;
    await server.sql.begin(async (sql) => {
      // As a deriver of another process does: this one waits.
      await sql`select pg_advisory_xact_lock(hashtextextended(${schoolId}, 7013))`;
      for (const who of ['child', 'family'] as const) {
        await no[who]();
        expect(await device()).toEqual(withoutMaya());
        await yes[who]();
        expect(await device()).toEqual(named);
      }
      await setStatus('suspended');
      expect(await device()).not.toContain(another.firstName);
      await setStatus('active');
      expect(await device()).toEqual(named);
      await set({ leaderboard: 'off' });
      expect(await device()).toBeUndefined();
      await yes.school();
      expect(await device()).toEqual(named);
    });
  });

  test('when another guardian is there who has said no', async () => {
    const device = await deviceOf(mate);
    const [other] = await server.sql<{ id: string }[]>`
      select id from parents where school_id = ${maya.signedIn.user.schoolId} and id not in (
        select parent_id from parent_students where student_id = ${maya.id}) limit 1`;
    const guardianship = newId();
    await server.sql`
      insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision)
      values (${maya.signedIn.user.schoolId}, ${newId()}, ${maya.id}, ${String(other?.id)}, 'leaderboard', 1, 'withdrawn')`;
    await server.sql`
      insert into parent_students (school_id, id, parent_id, student_id, relationship)
      values (${maya.signedIn.user.schoolId}, ${guardianship}, ${String(other?.id)}, ${maya.id}, 'father')`;
    expect(await hallOf(mate)).toEqual(withoutMaya());
    await kick();
    await expect.poll(device, { timeout: 10_000 }).toEqual(withoutMaya());
    await server.sql`delete from parent_students where id = ${guardianship}`;
    await kick();
    await expect.poll(device, { timeout: 10_000 }).toEqual(named);
  });

  test('when the school switches boards off: nothing of them is left, here or there', async () => {
    const device = await deviceOf(mate);
    expect((await set({ leaderboard: 'off' })).status).toBe(204);
    expect(await boardOf(mate)).toBeNull();
    await expect.poll(device, { timeout: 10_000 }).toBeUndefined();
    await expect.poll(async () => (await server.sql`select from leaderboards`).length, { timeout: 10_000 }).toBe(0);
    expect((await yes.school()).status).toBe(204);
    await expect.poll(device, { timeout: 10_000 }).toEqual(named);
  });

  test('when the child leaves the school', async () => {
    const device = await deviceOf(maya);
    const name = must(named.find((one) => one !== 'Maya'), 'others are named'); // prettier-ignore
    const face = must((await boardOf(maya))?.effort.find(({ firstName }) => firstName === name), 'the face is there'); // prettier-ignore
    await server.sql`update users set status = 'suspended' where id = ${face.studentId}`;
    await kick();
    await expect.poll(device, { timeout: 20_000 }).not.toContain(name);
    await server.sql`update users set status = 'active' where id = ${face.studentId}`;
    await kick();
    await expect.poll(device, { timeout: 20_000 }).toEqual(named);
  });
});

describe('the child’s yes', () => {
  test('is the child’s alone: no adult and no other child says it', async () => {
    await say(maya, false);
    for (const person of [teacher, parent, admin]) expect((await say(person, true)).status).toBe(404);
    expect((await mate.send('/api/school/boards/shown', { isShown: true, studentId: maya.id })).status).toBe(400);
    expect((await say(maya, 'yes')).status).toBe(400);
    const [row] = await server.sql`select shows_on_boards from students where id = ${maya.id}`;
    expect(row?.['shows_on_boards']).toBe(false);
    await say(maya, true);
  });

  test('stands in the child’s own document, and in the audit log with who said it', async () => {
    const { documents } = await maya.pullAll('people');
    expect(documents.find(({ kind }) => kind === 'student')?.['showsOnBoards']).toBe(true);
    const log = await server.sql`
      select user_id, new_values ->> 'shows_on_boards' as said from audit_log
      where entity_type = 'students' and entity_id = ${maya.id} and action = 'UPDATE' order by timestamp desc, id desc limit 2`;
    expect(log).toEqual([
      { user_id: maya.id, said: 'true' },
      { user_id: maya.id, said: 'false' },
    ]);
  });
});

describe('the individual board', () => {
  test('is there where the school chose it, with equal days on one place, and gone when it did not', async () => {
    expect((await boardOf(maya))?.places).toBeNull();
    await set({ leaderboard: 'individual' });
    await expect.poll(async () => (await boardOf(maya))?.places?.length, { timeout: 10_000 }).toBeGreaterThan(0);
    const places = must((await boardOf(maya))?.places, 'the school has one');
    const names = new Set(named);
    for (const { firstName } of places) expect(names.has(firstName)).toBe(true);
    for (const { place, days } of places) expect(places.filter((one) => one.days > days).length).toBe(place - 1);
    expect((await boardOf(parent))?.places).toEqual([]);
    await set({ leaderboard: 'team' });
    expect((await boardOf(maya))?.places).toBeNull();
  });
});

describe('the school’s settings', () => {
  test('are an admin’s to change, in the school’s own profile, and audited', async () => {
    expect((await set({ colour: '#2B5F83', hasBuddyGroups: false })).status).toBe(204);
    const profile = (await maya.pullAll('school')).documents.find(({ kind }) => kind === 'profile');
    expect(profile).toMatchObject({ colour: '#2b5f83', hasBuddyGroups: false, leaderboard: 'team' });
    const [entry] = await server.sql`
      select user_id, new_values ->> 'colour' as colour from audit_log
      where entity_type = 'schools' and action = 'UPDATE' order by timestamp desc, id desc limit 1`;
    expect(entry).toEqual({ user_id: admin.id, colour: '#2b5f83' });
    await set({ colour: '#2f6f4f', hasBuddyGroups: true });
  });

  test('are not there for anybody else, of this school or another', async () => {
    const lead = await Person.signIn(server.url, signIns.lead);
    for (const person of [maya, teacher, parent, lead]) expect((await set({ leaderboard: 'individual' }, person)).status).toBe(404);
    const riverside = await Person.signIn(server.url, signIns.riversideAdmin);
    expect((await set({ leaderboard: 'individual' }, riverside)).status).toBe(204);
    const [oakHill] = await server.sql`select leaderboard from schools where id = ${maya.signedIn.user.schoolId}`;
    expect(oakHill?.['leaderboard']).toBe('team');
  });

  test.each([{}, { leaderboard: 'loud' }, { colour: 'red' }, { colour: '#12345' }, { hasBuddyGroups: 'yes' }, { slug: 'mine' }])(
    'are refused as %j',
    async (settings) => {
      expect((await set(settings)).status).toBe(400);
    },
  );
});

test('a class that falls below ten children has no garden any more', async () => {
  expect((await boardOf(maya))?.gardens.length).toBeGreaterThan(0);
  await server.sql`
    delete from class_students where class_id = ${classId} and student_id in (
      select student_id from class_students where class_id = ${classId} and student_id not in (${maya.id}, ${mate.id}) limit 21)`;
  await kick();
  await expect.poll(async () => (await boardOf(maya))?.gardens ?? [], { timeout: 20_000 }).toEqual([]);
});
