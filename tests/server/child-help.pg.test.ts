import { beforeAll, describe, expect, test } from 'vitest';
import { must } from '#domain/must.ts';
import type { FlagsAnswer } from '#server/school/flag-schemas.ts';
import { codesOf, command, noticesOf, push } from './asking.ts';
import { deliver, sealOf, sealRows } from './envelopes.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { done, move, Moving } from './moving.ts';
import { completion, newId, Person, review, signIns } from './person.ts';

/** What a child asks for by itself reaches the adult whom it is for, and nobody else. */

const scene = EvidenceScene.open();
const moving = new Moving(scene);
let lead: Person;
/** Another teacher of Maya's class. */
let colleague: Person;

beforeAll(async () => {
  lead = await Person.signIn(scene.server.url, signIns.lead);
  colleague = await Person.signIn(scene.server.url, signIns.teacher2);
});

async function mayasPiece(fields: object = {}): Promise<string> {
  const piece = completion(scene.maya.id, scene.club, fields);
  expect(await scene.maya.push('completions', [{ newDocumentState: piece }])).toEqual(done);
  return piece.id;
}
const help = (by: Person, payload: object) => command(by, 'ask_for_help', payload);
const ask = (topic = 'not_understood', completionId: string | null = null) => ({ about: 'ask', topic, completionId, taskId: null });
const worry = (words: string | null = null, topic = 'home') => ({ about: 'worry', topic, words });
const answer = (by: Person, requestId: string, said: string, studentId = scene.maya.id) =>
  command(by, 'answer_child_request', { studentId, requestId, answer: said });

async function requestOf(person: Person, id: string) {
  return (await person.pullAll('child_requests')).documents.find((one) => one.id === id);
}
async function flagsOf(person: Person): Promise<FlagsAnswer> {
  return (await person.send('/api/school/flags?state=open')).body as FlagsAnswer;
}
/** All that reaches the devices of a person. */
async function everythingOf(person: Person): Promise<string> {
  const all = await Promise.all(person.signedIn.collections.map((name) => person.pullAll(name)));
  return JSON.stringify(all.map(({ documents }) => documents));
}

describe('S31: a child’s question', () => {
  test('reaches the teachers of its class, tells the child that somebody looks, and its family nothing', async () => {
    const pieceId = await mayasPiece();
    const asked = help(scene.maya, ask('not_at_home', pieceId));
    expect(await push(scene.maya, asked)).toEqual(done);
    expect(await requestOf(scene.teacher, asked.id)).toMatchObject({
      studentId: scene.maya.id,
      kind: 'ask',
      topic: 'not_at_home',
      completionId: pieceId,
      state: 'open',
      answer: null,
    });
    expect(await requestOf(colleague, asked.id)).toMatchObject({ state: 'open' });
    expect(await noticesOf(scene.maya, pieceId)).toMatchObject([{ kind: 'command', code: 'will_look', collection: 'completions' }]);
    const families = await everythingOf(scene.parent);
    for (const secret of [asked.id, 'will_look', 'not_at_home']) expect(families).not.toContain(secret);
    for (const outside of [scene.leo, scene.riverside, lead]) expect(await everythingOf(outside)).not.toContain(asked.id);
    expect(scene.parent.signedIn.collections).not.toContain('child_requests');
    expect(scene.maya.signedIn.collections).not.toContain('child_requests');
  });

  test('pressed twice is asked once, and again once it was answered', async () => {
    const first = help(scene.maya, ask('talk'));
    expect(await push(scene.maya, first, help(scene.maya, ask('talk')))).toEqual(done);
    const open = () => scene.server.sql<{ id: string }[]>`
      select id from child_requests where student_id = ${scene.maya.id} and topic = 'talk' and state = 'open'`;
    expect(await open()).toMatchObject([{ id: first.id }]);
    expect(await push(scene.teacher, answer(scene.teacher, first.id, 'talked'))).toEqual(done);
    expect(await open()).toHaveLength(0);
    expect((await noticesOf(scene.maya, first.id)).map(({ code }) => code).sort()).toEqual(['talked', 'will_look']);
    const again = help(scene.maya, ask('talk'));
    expect(await push(scene.maya, again)).toEqual(done);
    expect(await open()).toMatchObject([{ id: again.id }]);
  });

  test('is a child’s own alone: no adult sends it, no child sends what adults do, nobody asks in another’s name', async () => {
    const pieceId = await mayasPiece();
    for (const adult of [scene.teacher, scene.parent, lead]) expect(await codesOf(adult, help(adult, ask()))).toEqual(['not_allowed']);
    for (const [kind, payload] of [
      ['flag_to_safeguarding_lead', { studentId: scene.maya.id, completionId: pieceId, words: null }],
      ['place_on_level', { studentId: scene.maya.id, clubId: scene.club, level: 3, reason: 'I am good.' }],
      ['answer_child_request', { studentId: scene.maya.id, requestId: newId(), answer: 'removed' }],
    ] as const)
      expect(await codesOf(scene.maya, command(scene.maya, kind, payload))).toEqual(['not_allowed']);
    expect(await codesOf(scene.maya, { ...help(scene.maya, ask()), userId: scene.leo.id })).toEqual(['wrong_author']);
    expect(await codesOf(scene.leo, help(scene.leo, ask('talk', pieceId)))).toEqual(['unknown_reference']);
    expect(await codesOf(scene.maya, help(scene.maya, ask('a topic of my own')))).toEqual(['invalid_document']);
  });
});

describe('S31: a wish to have something deleted', () => {
  test('is decided by a teacher who sees the piece: what is removed is gone from piece, devices and store, under a mark too', async () => {
    const logged = await scene.kept(scene.maya);
    const [piece] = (await scene.maya.pullAll('completions')).documents.filter(({ id }) => id === logged.completion.id);
    await scene.teacher.push('reviews', [
      { newDocumentState: review({ id: logged.completion.id, studentId: scene.maya.id }, scene.teacher.id, {}) },
    ]);
    const files = await scene.storedOf(logged.id);
    expect(files).not.toHaveLength(0);
    const asked = help(scene.maya, { about: 'delete', topic: 'photo', completionId: logged.completion.id });
    expect(await push(scene.maya, asked)).toEqual(done);
    expect(await push(scene.teacher, answer(scene.teacher, asked.id, 'removed'))).toEqual(done);
    const [left] = (await scene.maya.pullAll('completions')).documents.filter(({ id }) => id === logged.completion.id);
    expect(left).toEqual({ ...must(piece, 'it was there'), evidenceKind: 'show_in_class', evidenceIds: [], version: left?.version });
    expect(await scene.receiptOf(scene.maya, logged.completion.id)).toEqual([]);
    expect(await scene.server.sql`select from evidence where completion_id = ${logged.completion.id}`).toHaveLength(0);
    await scene.tended(files.map(({ path }) => path));
    expect((await noticesOf(scene.maya, logged.completion.id)).map(({ code }) => code).sort()).toEqual(['removed', 'will_look']);
    expect(await requestOf(scene.teacher, asked.id)).toMatchObject({ state: 'answered', answer: 'removed' });
  });

  test('is no reason to tell a child that something is deleted which was given to the child whose it is', async () => {
    const teacher = await moving.both();
    const piece = await moving.pieceOf(scene.maya, { writtenWork: 'It was his all along.' });
    const asked = help(scene.maya, { about: 'delete', topic: 'written', completionId: piece.id });
    expect(await push(scene.maya, asked)).toEqual(done);
    expect(await push(teacher, move(teacher, piece, scene.leo.id))).toEqual(done);
    expect(await codesOf(teacher, answer(teacher, asked.id, 'removed'))).toEqual(['already_moved']);
    expect(await requestOf(teacher, asked.id)).toMatchObject({ state: 'open', answer: null });
    expect((await noticesOf(scene.maya, piece.id)).map(({ code }) => code)).not.toContain('removed');
    expect(await everythingOf(scene.leo)).toContain('It was his all along.');
    expect(await push(teacher, answer(teacher, asked.id, 'kept_not_own'))).toEqual(done);
  });

  test('that is refused leaves all as it was, says so in closed words, and the first answer stands', async () => {
    const pieceId = await mayasPiece({ writtenWork: 'I like robins.' });
    const asked = help(scene.maya, { about: 'delete', topic: 'written', completionId: pieceId });
    expect(await push(scene.maya, asked)).toEqual(done);
    for (const outside of [scene.parent, scene.leo, scene.riverside, lead])
      expect(await codesOf(outside, answer(outside, asked.id, 'removed'))).toEqual(['not_allowed']);
    expect(await codesOf(scene.teacher, answer(scene.teacher, newId(), 'talked'))).toEqual(['not_allowed']);
    expect(await codesOf(scene.teacher, answer(scene.teacher, asked.id, 'because I say so'))).toEqual(['invalid_document']);
    expect(await push(scene.teacher, answer(scene.teacher, asked.id, 'kept_needed'))).toEqual(done);
    const second = answer(scene.teacher, asked.id, 'removed');
    expect(await push(scene.teacher, second)).toEqual(done);
    expect(await noticesOf(scene.teacher, second.id)).toMatchObject([{ code: 'already_done' }]);
    const [left] = (await scene.maya.pullAll('completions')).documents.filter(({ id }) => id === pieceId);
    expect(left).toMatchObject({ writtenWork: 'I like robins.', evidenceKind: 'written' });
    expect((await noticesOf(scene.maya, pieceId)).map(({ code }) => code)).toContain('kept_needed');
  });

  test('is counted for who runs the school while it waits, by class, and nothing else is said; nobody else may know', async () => {
    const admin = await Person.signIn(scene.server.url, signIns.admin);
    interface Counts {
      readonly classes: readonly { readonly classId: string; readonly wishes: number; readonly oldestOn: string }[];
    }
    const people = (await scene.maya.pullAll('people')).documents;
    const classId = people.find(({ id }) => id === scene.maya.id)?.['classId'];
    const counted = async () =>
      ((await admin.send('/api/school/delete-wishes')).body as Counts).classes.find((one) => one.classId === classId)?.wishes ?? 0;
    const before = await counted();
    const pieceId = await mayasPiece({ writtenWork: 'I wish this away.' });
    const asked = help(scene.maya, { about: 'delete', topic: 'written', completionId: pieceId });
    expect(await push(scene.maya, asked)).toEqual(done);
    expect(await counted()).toBe(before + 1);
    const told = JSON.stringify((await admin.send('/api/school/delete-wishes')).body);
    for (const trace of [scene.maya.id, pieceId, asked.id, 'written', 'wish this']) expect(told).not.toContain(trace);
    for (const person of [scene.maya, scene.parent, scene.teacher, lead])
      expect((await person.send('/api/school/delete-wishes')).status).toBe(404);
    expect(await push(scene.teacher, answer(scene.teacher, asked.id, 'kept_needed'))).toEqual(done);
    expect(await counted()).toBe(before);
  });

  test('lets nobody change a marked piece who was not asked to', async () => {
    const pieceId = await mayasPiece({ writtenWork: 'Mine.' });
    await scene.teacher.push('reviews', [{ newDocumentState: review({ id: pieceId, studentId: scene.maya.id }, scene.teacher.id, {}) }]);
    const [piece] = (await scene.maya.pullAll('completions')).documents.filter(({ id }) => id === pieceId);
    const emptied = { ...must(piece, 'it was there'), evidenceKind: 'show_in_class', writtenWork: null };
    const pushed = await scene.maya.push('completions', [{ newDocumentState: emptied, assumedMasterState: piece ?? null }]);
    expect(pushed.rejections.map(({ code }) => code)).toEqual(['already_marked']);
  });
});

describe('S31: a child’s worry', () => {
  const words = 'Nobody is there when I come home.';

  test('is the safeguarding lead’s alone: no parent, teacher or child sees it, not even the one who told', async () => {
    const told = help(scene.maya, worry(words));
    expect(await push(scene.maya, told)).toEqual(done);
    const flag = must(
      (await flagsOf(lead)).flags.find(({ id }) => id === told.id),
      'the lead has it',
    );
    expect(flag).toMatchObject({ studentId: scene.maya.id, words, worry: 'home', isFromChild: true, isToHandle: true, piece: null });
    for (const other of [scene.maya, scene.parent, scene.teacher, colleague, scene.leo, scene.riverside]) {
      expect((await flagsOf(other)).flags.map(({ id }) => id)).not.toContain(told.id);
      expect(await everythingOf(other)).not.toContain(words);
    }
    for (const other of [scene.parent, scene.teacher]) expect(await everythingOf(other)).not.toContain(told.id);
  });

  test('leaves nothing on the child’s device by which it could be told from a question, and no news', async () => {
    const asked = help(scene.maya, ask('not_working'));
    const told = help(scene.maya, worry(words, 'online'));
    expect(await push(scene.maya, asked, told)).toEqual(done);
    const { documents } = await scene.maya.pullAll('commands');
    const [one, other] = [asked.id, told.id].map((id) => documents.find((document) => document.id === id));
    const { id: _id, version: _version, ...left } = must(one, 'it is known by its id');
    expect(other).toMatchObject(left);
    expect(Object.keys(must(other, 'it is known by its id')).sort()).toEqual(Object.keys(must(one, 'it is')).sort());
    expect(await noticesOf(scene.maya, told.id)).toEqual([]);
  });

  test('needs no words, is never bounded, and is told once however often it comes', async () => {
    const told = Array.from({ length: 40 }, () => help(scene.maya, worry(null, 'talk')));
    expect(await push(scene.maya, ...told)).toEqual(done);
    expect(await push(scene.maya, ...told)).toEqual(done);
    const ids = told.map(({ id }) => id);
    expect(await scene.server.sql`select from safeguarding_flags where id = any(${ids}::uuid[])`).toHaveLength(40);
  });

  test('sealed on a device is brought by whoever signs in there, who learns nothing of it (S30)', async () => {
    const told = help(scene.maya, worry(words, 'school'));
    const envelope = await sealRows(sealOf(scene.maya), [{ newDocumentState: told }], { collection: 'commands' });
    expect(JSON.stringify(envelope)).not.toContain(told.id);
    expect(await deliver(scene.parent, envelope)).toEqual(['delivered']);
    expect((await flagsOf(lead)).flags.find(({ id }) => id === told.id)).toMatchObject({ words, worry: 'school' });
    expect(await everythingOf(scene.parent)).not.toContain(told.id);
  });

  test('stands on the record for nobody who does not handle concerns, and its words in no record at all', async () => {
    const told = help(scene.maya, worry(words));
    await push(scene.maya, told);
    const entries = await scene.server.sql<{ new_values: Record<string, unknown> | null }[]>`
      select new_values from audit_log where entity_id = ${told.id}`;
    expect(entries.length).toBeGreaterThan(0);
    for (const secret of ['home', words]) expect(JSON.stringify(entries)).not.toContain(secret);
  });
});
