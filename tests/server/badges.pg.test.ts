import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commandAnswers } from '#domain/collections/commands.ts';
import { must } from '#domain/must.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { codesOf, command, noticesOf, push } from './asking.ts';
import { newId, Person, signIns } from './person.ts';

/** The badges that teachers give: the school's own, made by its administrators, and Teacher's Spark. */

let server: TestServer;
let admin: Person;
let teacher: Person;
let parent: Person;
let maya: Person;
let leo: Person;
let riverside: Person;

beforeAll(async () => {
  server = await startTestServer();
  const people = await Promise.all(
    (['admin', 'teacher', 'parent', 'maya', 'leo', 'riversideTeacher'] as const).map((who) => Person.signIn(server.url, signIns[who])),
  );
  [admin, teacher, parent, maya, leo, riverside] = people as [Person, Person, Person, Person, Person, Person];
});
afterAll(() => server.stop());

const done = { conflicts: [], rejections: [] };
const kind = { name: 'Kind Helper', sentence: 'You helped somebody.', picture: 'heart' } as const;
const make = (by: Person, fields: object = {}) => by.send('/api/school/badges', { ...kind, ...fields });
const setInUse = (by: Person, id: string, isActive: boolean) => by.send(`/api/school/badges/${id}/use`, { isActive });
const listed = async (by = admin) =>
  ((await by.send('/api/school/badges')).body as { badges: { id: string; code: string | null; isActive: boolean; children: number }[] })
    .badges;
const badgesOn = async (person: Person) => (await person.pullAll('school')).documents.filter((document) => document['kind'] === 'badge');
const give = (by: Person, badgeId: string, child: Person = maya) => command(by, 'give_badge', { studentId: child.id, badgeId });
const givenTo = (child: Person, badgeId: string) =>
  server.sql`select badge_id, given_by, teacher_id from student_badges where student_id = ${child.id} and badge_id = ${badgeId}`;

let made = 0;
/** A badge of the school's own that nobody has. */
async function newBadge(): Promise<string> {
  const { status, body } = await make(admin, { name: `Badge ${String(made++)}` });
  expect(status).toBe(201);
  return (body as { id: string }).id;
}
async function builtIn(code: string): Promise<string> {
  const [row] = await server.sql<
    { id: string }[]
  >`select id from badges where school_id = ${teacher.signedIn.user.schoolId} and code = ${code}`;
  return must(row, 'every school has the built-in badges').id;
}

describe('a badge of the school’s own', () => {
  test('is made by an administrator, and told to everybody of the school and to nobody else', async () => {
    const { status, body } = await make(admin);
    expect(status).toBe(201);
    const { id } = body as { id: string };
    for (const person of [maya, parent, teacher])
      expect(await badgesOn(person)).toContainEqual(expect.objectContaining({ id, code: null, ...kind, isActive: true }));
    expect((await badgesOn(riverside)).map((badge) => badge.id)).not.toContain(id);
  });

  test('is told beside those of a teacher’s hand, and what a rule gives is told to nobody', async () => {
    const codes = (await badgesOn(maya)).map(({ code }) => code);
    expect(codes).toContain('teachers_spark');
    expect(codes).not.toContain('century');
  });

  test('is changed, taken out of use and brought back, and every device hears of it', async () => {
    const id = await newBadge();
    expect((await admin.send(`/api/school/badges/${id}`, { ...kind, name: 'Brave Heart', picture: 'sun' })).status).toBe(204);
    expect((await setInUse(admin, id, false)).status).toBe(204);
    expect(await badgesOn(maya)).toContainEqual(expect.objectContaining({ id, name: 'Brave Heart', picture: 'sun', isActive: false }));
    expect((await setInUse(admin, id, true)).status).toBe(204);
    expect(await badgesOn(maya)).toContainEqual(expect.objectContaining({ id, isActive: true }));
  });

  test('has a name of its own: another badge’s is refused, in capitals or not', async () => {
    const name = 'First of its name';
    expect((await make(admin, { name })).status).toBe(201);
    for (const taken of [name.toUpperCase(), 'CENTURY'])
      expect((await make(admin, { name: taken })).body).toMatchObject({ code: 'badge_name_taken' });
    const id = await newBadge();
    for (const taken of [name, 'Teacher’s Spark'])
      expect((await admin.send(`/api/school/badges/${id}`, { ...kind, name: taken })).status).toBe(422);
    // Its own is no other badge's.
    expect((await admin.send(`/api/school/badges/${id}`, { ...kind, name: 'Second' })).status).toBe(204);
    expect((await admin.send(`/api/school/badges/${id}`, { ...kind, name: 'SECOND' })).status).toBe(204);
  });

  test('needs a name, a sentence and a picture that there is', async () => {
    for (const fields of [
      { name: ' ' },
      { sentence: '' },
      { name: 'a'.repeat(61) },
      { picture: 'https://elsewhere.example/a.png' },
      { givenBy: 'rule' },
    ])
      expect((await make(admin, fields)).status).toBe(400);
  });

  test('is nothing that anybody else can see the list of, make, change or take out of use', async () => {
    const id = await newBadge();
    const before = await listed();
    for (const person of [teacher, parent, maya]) {
      expect((await person.send('/api/school/badges')).status).toBe(404);
      expect((await make(person, { name: 'Mine' })).status).toBe(404);
      expect((await person.send(`/api/school/badges/${id}`, { ...kind, name: 'Mine' })).status).toBe(404);
      expect((await setInUse(person, id, false)).status).toBe(404);
    }
    for (const path of [newId(), 'nothing']) expect((await setInUse(admin, path, false)).status).toBe(404);
    expect(await listed()).toEqual(before);
  });

  test('is one of its own school: another’s is not there', async () => {
    const id = await newBadge();
    const elsewhere = await Person.signIn(server.url, signIns.riversideAdmin);
    expect((await setInUse(elsewhere, id, false)).status).toBe(404);
    expect((await listed(elsewhere)).map((badge) => badge.id)).not.toContain(id);
  });

  test('leaves the built-in ones as they are: they are only taken out of use', async () => {
    const spark = await builtIn('teachers_spark');
    expect((await admin.send(`/api/school/badges/${spark}`, { ...kind, name: 'Other' })).status).toBe(404);
    expect((await setInUse(admin, await builtIn('century'), false)).status).toBe(404);
    expect((await listed()).find(({ code }) => code === 'teachers_spark')).toMatchObject({ id: spark, isActive: true });
  });
});

describe('S31: a badge that is given', () => {
  const progressOf = async (person: Person) =>
    must(
      (await person.pullAll('progress')).documents.find(({ studentId }) => studentId === maya.id),
      'Maya has progress',
    );

  test('comes to the child and the family with who gave it, is given once, and its giver hears so', async () => {
    const badgeId = await newBadge();
    const asked = give(teacher, badgeId);
    expect(await push(teacher, asked)).toEqual(done);
    expect(await push(teacher, asked)).toEqual(done);
    for (const person of [maya, parent, teacher])
      expect((await progressOf(person))['given']).toContainEqual({ badgeId, on: expect.any(String) as string, teacherId: teacher.id });
    expect(await noticesOf(teacher, asked.id)).toMatchObject([{ kind: 'command', code: 'done', studentId: null }]);
    expect((await listed()).find(({ id }) => id === badgeId)).toMatchObject({ children: 1 });
    const again = give(teacher, badgeId);
    expect(await push(teacher, again)).toEqual(done);
    expect(await noticesOf(teacher, again.id)).toMatchObject([{ code: 'already_done', message: commandAnswers.already_done }]);
    expect(await givenTo(maya, badgeId)).toMatchObject([{ given_by: 'teacher', teacher_id: teacher.id }]);
  });

  test('stays when all is derived anew, and when it is taken out of use', async () => {
    const badgeId = await newBadge();
    await push(teacher, give(teacher, badgeId));
    await setInUse(admin, badgeId, false);
    // Written by the deriver alone, which has seen the child again when it is as it was.
    await server.sql`
      with wrong as (update student_progress set points = 0 where student_id = ${maya.id} returning school_id, student_id)
      insert into derivations_due (school_id, student_id) select school_id, student_id from wrong`;
    await vi.waitFor(async () => expect((await progressOf(maya))['points']).toBeGreaterThan(0), { timeout: 20_000, interval: 100 });
    expect((await progressOf(maya))['given']).toContainEqual(expect.objectContaining({ badgeId }));
    expect(await badgesOn(maya)).toContainEqual(expect.objectContaining({ id: badgeId, isActive: false }));
  });

  test('is refused for a child of another class, and tells nothing of what that child has', async () => {
    const badgeId = await newBadge();
    expect(await codesOf(teacher, give(teacher, badgeId, leo))).toEqual(['not_allowed']);
    expect(await givenTo(leo, badgeId)).toEqual([]);
    await server.sql`
      insert into student_badges (school_id, id, student_id, badge_id, given_by, teacher_id, awarded_on)
      values (${teacher.signedIn.user.schoolId}, ${newId()}, ${leo.id}, ${badgeId}, 'teacher', ${admin.id}, '2026-09-01')`;
    // The same words whether he has it or not.
    expect(await codesOf(teacher, give(teacher, badgeId, leo))).toEqual(['not_allowed']);
    const elsewhere = must((await badgesOn(riverside))[0], 'every school has badges that teachers give').id;
    expect(await codesOf(riverside, give(riverside, elsewhere))).toEqual(['not_allowed']);
    expect(await codesOf(riverside, give(riverside, badgeId))).toEqual(['not_allowed']);
  });

  test('is refused where it is out of use, is no badge, or is a rule’s to give', async () => {
    const badgeId = await newBadge();
    await setInUse(admin, badgeId, false);
    expect(await codesOf(teacher, give(teacher, badgeId))).toEqual(['badge_out_of_use']);
    expect(await codesOf(teacher, give(teacher, newId()))).toEqual(['unknown_reference']);
    expect(await codesOf(teacher, give(teacher, await builtIn('century')))).toEqual(['not_allowed']);
    expect(await givenTo(maya, badgeId)).toEqual([]);
    expect(await givenTo(maya, await builtIn('century'))).toEqual([]);
  });

  test('is no child’s, parent’s or administrator’s to give', async () => {
    const badgeId = await newBadge();
    for (const person of [maya, parent, admin]) expect(await codesOf(person, give(person, badgeId))).toEqual(['not_allowed']);
    expect(await givenTo(maya, badgeId)).toEqual([]);
  });

  test('is seen by nobody out of reach of the child', async () => {
    const badgeId = await newBadge();
    await push(teacher, give(teacher, badgeId));
    for (const person of [leo, riverside]) {
      const told = (await person.pullAll('progress')).documents.map((document) => JSON.stringify(document));
      expect(told.filter((text) => text.includes(badgeId))).toEqual([]);
    }
  });
});
