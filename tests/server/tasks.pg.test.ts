import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorCodes } from '#domain/errors.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { completion, newId, Person, signIns } from './person.ts';

let server: TestServer;
let maya: Person;
let leo: Person;
let teacher: Person;
let parent: Person;
let riverside: Person;
let club: string;
let mayasClass: string;
/** A class of the same school that the teacher does not teach. */
let otherClass: string;
beforeAll(async () => {
  server = await startTestServer();
  [maya, leo, teacher, parent, riverside] = (await Promise.all(
    (['maya', 'leo', 'teacher', 'parent', 'riversideTeacher'] as const).map((who) => Person.signIn(server.url, signIns[who])),
  )) as [Person, Person, Person, Person, Person];
  const { documents } = await maya.pullAll('school');
  club = String(documents.find(({ kind }) => kind === 'club')?.['id']);
  const people = await maya.pullAll('people');
  mayasClass = String(people.documents.find(({ kind, studentId }) => kind === 'student' && studentId === maya.id)?.['classId']);
  const [other] = await server.sql`
    select id from classes where school_id = ${teacher.signedIn.user.schoolId} and not (id = any (${teacher.signedIn.access['task.set'] ?? []})) limit 1`;
  otherClass = String(other?.['id']);
});
afterAll(() => server.stop());

const nothingWrong = { conflicts: [], rejections: [] };

function task(fields: object = {}) {
  return {
    id: newId(),
    version: 0,
    clubId: club,
    classId: mayasClass,
    studentId: null,
    taskGroupId: newId(),
    title: 'Fractions, page 12',
    instructions: 'Do questions 1 to 6.',
    strand: null,
    level: null,
    evidenceKinds: ['written', 'show_in_class'],
    opensOn: '2026-01-05',
    dueOn: '2026-01-09',
    _deleted: false,
    ...fields,
  };
}
const push = (person: Person, document: object, assumedMasterState?: object | null) =>
  person.push('tasks', [{ newDocumentState: document, ...(assumedMasterState !== undefined && { assumedMasterState }) }]);
const found = async (person: Person, collection: string, id: string) =>
  (await person.pullAll(collection)).documents.find((document) => document.id === id);
const refused = async (person: Person, document: { id: string }) => (await push(person, document)).rejections.map(({ code }) => code);

describe('a task that is set', () => {
  test('S12: arrives at the class it is for, by the teacher who is signed in, and at nobody else’s', async () => {
    const set = task();
    expect(await push(teacher, set)).toEqual(nothingWrong);
    const { _deleted, version, ...content } = set;
    expect(await found(maya, 'tasks', set.id)).toMatchObject(content);
    expect(await found(leo, 'tasks', set.id)).toBeUndefined();
    expect(await found(riverside, 'tasks', set.id)).toBeUndefined();
    expect(await server.sql`select set_by from homework_tasks where id = ${set.id}`).toEqual([{ set_by: teacher.id }]);
    expect([_deleted, version]).toEqual([false, 0]);
  });

  test('S4: for one child is that child’s and their family’s, and not the class’s', async () => {
    const set = task({ classId: null, studentId: maya.id });
    expect(await push(teacher, set)).toEqual(nothingWrong);
    expect(await found(maya, 'tasks', set.id)).toMatchObject({ studentId: maya.id });
    expect(await found(parent, 'tasks', set.id)).toMatchObject({ studentId: maya.id });
    const classmate = await server.sql`
      select document_id from sync_index where document_id = ${set.id} and audience = 'student' and scope_id = ${maya.id}`;
    expect(classmate).toHaveLength(1);
  });

  test('S14: is refused from a child, a parent and another school’s teacher, and for another class', async () => {
    for (const person of [maya, parent, riverside]) expect(await refused(person, task())).toEqual(['not_allowed']);
    expect(await refused(parent, task({ classId: null, studentId: maya.id }))).toEqual(['not_allowed']);
    expect(await refused(teacher, task({ classId: otherClass }))).toEqual(['not_allowed']);
    expect(await refused(riverside, task({ classId: null, studentId: maya.id }))).toEqual(['not_allowed']);
  });

  test('S14: is refused where it is for nobody, for two, or due before it opens', async () => {
    for (const fault of [{ classId: null }, { studentId: maya.id }, { dueOn: '2026-01-01' }, { title: '' }, { evidenceKinds: [] }])
      expect(await refused(teacher, task(fault)), JSON.stringify(fault)).toEqual(['invalid_document']);
    expect(await refused(teacher, task({ clubId: newId() }))).toEqual(['unknown_reference']);
  });

  test('S13: is changed on what was assumed, once, and a replay changes nothing', async () => {
    const set = task();
    await push(teacher, set);
    const changed = { ...set, title: 'Fractions, page 13', dueOn: '2026-01-12' };
    expect(await push(teacher, changed, set)).toEqual(nothingWrong);
    expect(await push(teacher, changed, set)).toEqual(nothingWrong);
    expect(await found(maya, 'tasks', set.id)).toMatchObject({ title: 'Fractions, page 13', dueOn: '2026-01-12' });
    const { conflicts, rejections } = await push(teacher, { ...set, title: 'Not seen' }, set);
    expect([conflicts[0]?.['title'], rejections]).toEqual(['Fractions, page 13', []]);
  });

  test('S4: never goes to another class, and no child changes or takes back one', async () => {
    const set = task();
    await push(teacher, set);
    expect((await push(teacher, { ...set, classId: null, studentId: maya.id }, set)).rejections).toMatchObject([
      { code: 'invalid_document' },
    ]);
    expect((await push(maya, { ...set, title: 'No homework' }, set)).rejections).toMatchObject([
      { code: 'not_allowed', message: errorCodes.not_allowed },
    ]);
    expect((await push(maya, { ...set, _deleted: true }, set)).rejections).toMatchObject([{ code: 'not_allowed' }]);
    expect(await found(maya, 'tasks', set.id)).toMatchObject({ title: set.title });
  });
});

describe('a task that is taken back', () => {
  test('is gone from every device, whatever somebody has changed meanwhile, and does not come back', async () => {
    const set = task();
    await push(teacher, set);
    const { checkpoint } = await maya.pullAll('tasks');
    await push(teacher, { ...set, title: 'Changed on another laptop' }, set);
    expect(await push(teacher, { ...set, _deleted: true }, set)).toEqual(nothingWrong);
    expect((await maya.pullAll('tasks', checkpoint)).documents).toMatchObject([{ id: set.id, _deleted: true }]);
    expect((await push(teacher, { ...set, title: 'Changed too late' }, set)).conflicts).toMatchObject([{ id: set.id, _deleted: true }]);
    expect(await push(teacher, { ...set, _deleted: true }, set)).toEqual(nothingWrong);
    expect(await found(teacher, 'tasks', set.id)).toBeUndefined();
  });

  test('leaves what a child has logged for it, and takes what was on its way', async () => {
    const set = task();
    await push(teacher, set);
    const before = completion(maya.id, club, { taskId: set.id });
    const onItsWay = completion(maya.id, club, { taskId: set.id });
    expect(await maya.push('completions', [{ newDocumentState: before }])).toEqual(nothingWrong);
    expect(await push(teacher, { ...set, _deleted: true }, set)).toEqual(nothingWrong);
    expect(await maya.push('completions', [{ newDocumentState: onItsWay }])).toEqual(nothingWrong);
    for (const { id } of [before, onItsWay]) expect(await found(teacher, 'completions', id)).toMatchObject({ taskId: set.id });
  });
});

test('another due date judges anew who was early and who was late', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const set = task({ dueOn: today });
  await push(teacher, set);
  const written = completion(maya.id, club, { taskId: set.id, completionDate: today });
  await maya.push('completions', [{ newDocumentState: written }]);
  expect(await found(maya, 'receipts', written.id)).toMatchObject({ punctuality: 'on_time' });
  const later = { ...set, dueOn: null };
  await push(teacher, later, set);
  expect(await found(maya, 'receipts', written.id)).toMatchObject({ punctuality: null });
  await push(teacher, { ...set, dueOn: '2026-01-05' }, later);
  expect(await found(maya, 'receipts', written.id)).toMatchObject({ punctuality: 'late' });
});

test('homework that a teacher logs on paper, for the task that is the child’s, says that a teacher logged it', async () => {
  const set = task();
  await push(teacher, set);
  const written = completion(maya.id, club, { taskId: set.id, evidenceKind: 'show_in_class', writtenWork: null });
  expect(await teacher.push('completions', [{ newDocumentState: written }])).toEqual(nothingWrong);
  expect(await found(maya, 'receipts', written.id)).toMatchObject({ loggedBy: 'teacher', status: 'submitted' });
  const elsewhere = completion(leo.id, club, { taskId: null });
  expect((await teacher.push('completions', [{ newDocumentState: elsewhere }])).rejections).toMatchObject([{ code: 'not_allowed' }]);
});
