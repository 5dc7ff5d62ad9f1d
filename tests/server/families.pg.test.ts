import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, dateInZone } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { deliver, sealOf, sealRows } from './envelopes.ts';
import { completion, demoPassword, newId, Person, signIns } from './person.ts';

/** What families and teachers say beside homework: days off, and notes. */

let server: TestServer;
let maya: Person;
let leo: Person;
let parent: Person;
/** Another adult who looks after Maya, and nobody else. */
let father: Person;
let teacher: Person;
let riverside: Person;
let club: string;
beforeAll(async () => {
  server = await startTestServer();
  const { url, sql, keyring } = server;
  [maya, leo, parent, teacher, riverside] = (await Promise.all(
    [signIns.maya, signIns.leo, signIns.parent, signIns.teacher, signIns.riversideTeacher].map((who) => Person.signIn(url, who)),
  )) as [Person, Person, Person, Person, Person];
  club = String((await maya.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.id);
  const { schoolId } = maya.signedIn.user;
  const [other] = await sql<{ id: string; email: Uint8Array }[]>`
    select id, email_encrypted as email from users where school_id = ${schoolId} and kind = 'parent' and id <> ${parent.id} order by id limit 1`;
  const { id, email } = must(other, 'the demo school has more parents than one');
  await sql`delete from parent_students where parent_id = ${id}`;
  await sql`
    insert into parent_students (school_id, id, parent_id, student_id, relationship, has_parental_responsibility)
    values (${schoolId}, ${newId()}, ${id}, ${maya.id}, 'father', true)`;
  const cell = { table: 'users', column: 'email_encrypted', row: id };
  father = await Person.signIn(url, {
    school: 'oak-hill',
    email: await keyring.decrypt({ schoolId, subjectId: schoolId }, cell, email),
    password: demoPassword,
  });
});
afterAll(() => server.stop());

const today = dateInZone(new Date(), 'Europe/London');
const done = { conflicts: [], rejections: [] };
const push = (by: Person, collection: string, ...documents: object[]) =>
  by.push(
    collection,
    documents.map((newDocumentState) => ({ newDocumentState })),
  );
const codesOf = async (by: Person, collection: string, ...documents: object[]) =>
  (await push(by, collection, ...documents)).rejections.map(({ code }) => code);
const idsFor = async (person: Person, collection: string) => (await person.pullAll(collection)).documents.map(({ id }) => id);
const linkOf = (one: Person, child: Person) =>
  server.sql<{ id: string }[]>`select id from parent_students where parent_id = ${one.id} and student_id = ${child.id}`;

describe('an excused day', () => {
  const excused = (day: string, fields: object = {}, child = maya) => ({
    id: newId(),
    version: 0,
    studentId: child.id,
    day,
    state: 'excused',
    withdraws: null,
    capturedAt: '2026-01-05T09:00:00.000Z',
    _deleted: false,
    ...fields,
  });
  const takenBack = (one: { id: string; day: string }, fields: object = {}) =>
    excused(one.day, { state: 'withdrawn', withdraws: one.id, ...fields });

  test('is told to the child, the guardians and the teachers, as the fact and nothing else; a replay changes nothing', async () => {
    const day = excused(today);
    expect(await push(parent, 'excused_days', day)).toEqual(done);
    expect(await push(parent, 'excused_days', day)).toEqual(done);
    for (const person of [maya, parent, father, teacher]) {
      const found = (await person.pullAll('excused_days')).documents.find(({ id }) => id === day.id);
      expect(found).toEqual({ ...day, version: expect.any(Number) as number });
    }
    for (const person of [leo, riverside]) expect(await idsFor(person, 'excused_days')).not.toContain(day.id);
    expect(await codesOf(parent, 'excused_days', { ...excused(today), reason: 'ill' })).toEqual(['invalid_document']);
    expect(await server.sql`select set_by from excused_days where id = ${day.id}`).toMatchObject([{ set_by: parent.id }]);
  });

  test('is taken back by another row, by whoever may excuse, and is never changed or removed', async () => {
    const day = excused(addDays(today, -1));
    await push(parent, 'excused_days', day);
    expect(await codesOf(parent, 'excused_days', { ...day, day: addDays(today, -2) })).toEqual(['append_only']);
    expect(await codesOf(parent, 'excused_days', { ...day, _deleted: true })).toEqual(['append_only']);
    expect(await push(teacher, 'excused_days', takenBack(day))).toEqual(done);
    expect(await codesOf(parent, 'excused_days', takenBack(day, { day: today }))).toEqual(['unknown_reference']);
    // Both in one batch, whichever comes first.
    const other = excused(addDays(today, -3));
    expect(await push(parent, 'excused_days', takenBack(other), other)).toEqual(done);
  });

  test('is said by a guardian or by staff, and by nobody else', async () => {
    expect(await codesOf(maya, 'excused_days', excused(today))).toEqual(['not_allowed']);
    expect(await codesOf(father, 'excused_days', excused(today, {}, leo))).toEqual(['not_allowed']);
    expect(await codesOf(riverside, 'excused_days', excused(today))).toEqual(['not_allowed']);
    expect(await push(teacher, 'excused_days', excused(addDays(today, -4)))).toEqual(done);
  });

  test('reaches 28 days back and ahead; any other is refused with the reason, and stops no other', async () => {
    const days = [-29, -28, 28, 29].map((by) => excused(addDays(today, by)));
    expect((await push(parent, 'excused_days', ...days)).rejections).toEqual([
      expect.objectContaining({ id: days[0]?.id, code: 'day_out_of_range' }),
      expect.objectContaining({ id: days[3]?.id, code: 'day_out_of_range' }),
    ]);
  });

  test('S30: that was sealed on a device is excused in its author’s name, whoever brings it', async () => {
    const day = excused(addDays(today, -5));
    const envelope = await sealRows(sealOf(parent), [{ newDocumentState: day }], { collection: 'excused_days' });
    expect(await deliver(leo, envelope)).toEqual(['delivered']);
    expect(await server.sql`select set_by from excused_days where id = ${day.id}`).toMatchObject([{ set_by: parent.id }]);
    const fromAChild = await sealRows(sealOf(maya), [{ newDocumentState: excused(today) }], { collection: 'excused_days' });
    expect(await deliver(leo, fromAChild)).toEqual(['delivered']);
    expect(await server.sql`select from excused_days where set_by = ${maya.id}`).toHaveLength(0);
  });
});

describe('a note', () => {
  let link: string;
  beforeAll(async () => {
    link = must((await linkOf(parent, maya))[0], 'the parent is Maya’s').id;
  });
  const note = (by: Person, completionId: string, fields: object = {}) => ({
    id: newId(),
    version: 0,
    guardianshipId: link,
    studentId: maya.id,
    completionId,
    authorId: by.id,
    text: 'We cut up a pancake to see quarters.',
    helped: true,
    _deleted: false,
    ...fields,
  });
  async function mayasPiece(): Promise<string> {
    const piece = completion(maya.id, club);
    expect(await push(maya, 'completions', piece)).toEqual(done);
    return piece.id;
  }

  test('is told to its writer and the child’s teachers; never to the child, the other guardian, or anybody else', async () => {
    const written = note(parent, await mayasPiece());
    expect(await push(parent, 'notes', written)).toEqual(done);
    expect(await push(parent, 'notes', written)).toEqual(done);
    for (const person of [parent, teacher]) {
      const found = (await person.pullAll('notes')).documents.find(({ id }) => id === written.id);
      expect(found).toEqual({ ...written, version: expect.any(Number) as number });
    }
    for (const person of [father, riverside]) expect(await idsFor(person, 'notes')).not.toContain(written.id);
    for (const child of [maya, leo]) {
      expect(child.signedIn.collections).not.toContain('notes');
      expect((await child.pullAll('notes')).documents).toEqual([]);
    }
    const [row] = await server.sql`select text_encrypted as text from parent_notes where id = ${written.id}`;
    expect(Buffer.from(row?.['text'] as Uint8Array).toString('latin1')).not.toContain('pancake');
  });

  test('is its writer’s alone to change and take away', async () => {
    const written = note(parent, await mayasPiece());
    await push(parent, 'notes', written);
    const changed = { ...written, text: null, helped: false };
    expect(await parent.push('notes', [{ newDocumentState: changed, assumedMasterState: written }])).toEqual(done);
    // Nobody in another's name, and nobody another's words.
    expect(await codesOf(teacher, 'notes', note(parent, written.completionId))).toEqual(['wrong_author']);
    const mine = { ...changed, authorId: teacher.id, text: 'Not hers.' };
    const gone = { ...changed, _deleted: true };
    for (const newDocumentState of [mine, gone]) {
      const { rejections } = await teacher.push('notes', [{ newDocumentState, assumedMasterState: changed }]);
      expect(rejections.map(({ code }) => code)).toEqual(['not_allowed']);
    }
    // A clash shows the other guardian nothing of what it is.
    const { conflicts, rejections } = await push(father, 'notes', { ...changed, authorId: father.id });
    expect(rejections.map(({ code }) => code)).toEqual(['not_allowed']);
    expect(conflicts).toEqual([{ id: written.id, version: expect.any(Number) as number, _deleted: true }]);
    expect(await server.sql`select helped from parent_notes where id = ${written.id}`).toEqual([{ helped: false }]);
    const { checkpoint } = await teacher.pullAll('notes');
    expect(await parent.push('notes', [{ newDocumentState: gone, assumedMasterState: changed }])).toEqual(done);
    expect((await teacher.pullAll('notes', checkpoint)).documents).toEqual([
      { id: written.id, version: expect.any(Number) as number, _deleted: true },
    ]);
  });

  test('says something, in 280 characters, about that child’s work, in one’s own guardianship', async () => {
    const piece = await mayasPiece();
    const bad = [note(parent, piece, { text: 'a'.repeat(281) }), note(parent, piece, { text: null, helped: null })];
    expect(await codesOf(parent, 'notes', ...bad)).toEqual(['invalid_document', 'invalid_document']);
    expect(await push(parent, 'notes', note(parent, piece, { text: 'ß'.repeat(280), helped: null }))).toEqual(done);
    expect(await codesOf(parent, 'notes', note(parent, newId()))).toEqual(['unknown_reference']);
    expect(await codesOf(father, 'notes', note(father, piece))).toEqual(['not_allowed']);
    expect(await codesOf(maya, 'notes', note(maya, piece))).toEqual(['not_allowed']);
    const fathers = must((await linkOf(father, maya))[0], 'he is Maya’s').id;
    expect(await push(father, 'notes', note(father, piece, { guardianshipId: fathers }))).toEqual(done);
  });

  test('never changes what the child’s record comes to', async () => {
    const piece = await mayasPiece();
    const progress = async () => (await maya.pullAll('progress')).documents.map(({ version: _version, ...content }) => content);
    await expect.poll(async () => (await server.sql`select from derivations_due limit 1`).length).toBe(0);
    const before = await progress();
    await push(parent, 'notes', note(parent, piece));
    await expect.poll(async () => (await server.sql`select from derivations_due limit 1`).length).toBe(0);
    expect(await progress()).toEqual(before);
  });

  test('S30: that was sealed is delivered in its writer’s name', async () => {
    const written = note(parent, await mayasPiece());
    const envelope = await sealRows(sealOf(parent), [{ newDocumentState: written }], { collection: 'notes' });
    expect(await deliver(leo, envelope)).toEqual(['delivered']);
    expect(await idsFor(teacher, 'notes')).toContain(written.id);
  });

  test('S27: goes with the guardianship, and so do the days off, from every device of whoever loses the child', async () => {
    const written = note(parent, await mayasPiece());
    await push(parent, 'notes', written);
    const positions = {
      notes: (await parent.pullAll('notes')).checkpoint,
      excused_days: (await parent.pullAll('excused_days')).checkpoint,
    };
    await server.sql`update parent_students set until_on = current_date - 1, from_on = least(from_on, current_date - 1) where id = ${link}`;
    const after = (await parent.pullAll('notes', positions.notes)).documents;
    expect(after.find(({ id }) => id === written.id)?._deleted).toBe(true);
    const days = (await parent.pullAll('excused_days', positions.excused_days)).documents;
    expect(days.length).toBeGreaterThan(0);
    expect(days.every(({ _deleted: isDeleted }) => isDeleted === true)).toBe(true);
    expect(JSON.stringify([after, days])).not.toContain(maya.id);
    expect(await codesOf(parent, 'notes', note(parent, written.completionId))).toEqual(['not_allowed']);
  });
});
