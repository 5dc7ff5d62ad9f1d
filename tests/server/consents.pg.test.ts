import { expect, test } from 'vitest';
import { purposes } from '#domain/consents/purposes.ts';
import type { ConsentAnswer } from '#server/privacy/consent-schemas.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { newId, type Person, send } from './person.ts';
import { logWithFiles } from './upload.ts';

/** A guardian's yes and no, online: each as easy as the other, and obeyed at once. */

const scene = EvidenceScene.open();

const read = async (person: Person) => (await person.send('/api/privacy/consents')).body as ConsentAnswer;
const ofMaya = async (person = scene.parent) => (await read(person)).children.find(({ studentId }) => studentId === scene.maya.id);
const say = (person: Person, decision: string, fields: object = {}) =>
  person.send('/api/privacy/consents', { id: newId(), studentId: scene.maya.id, purpose: 'photo', noticeVersion: 1, decision, ...fields });
async function photosMayBeTaken(): Promise<boolean> {
  const { documents } = await scene.maya.pullAll('people');
  return (documents.find(({ kind, studentId }) => kind === 'student' && studentId === scene.maya.id)?.['consents'] as string[]).includes(
    'photo',
  );
}

test('a guardian reads the newest notice of every purpose, what stands for each child, and the own decisions alone', async () => {
  const answer = await read(scene.parent);
  expect(answer.notices).toEqual(
    purposes
      .map(({ name, noticeVersion, lawfulBasis, sentence }) => ({ name, noticeVersion, lawfulBasis, sentence }))
      .toSorted((one, other) => one.name.localeCompare(other.name)),
  );
  expect(answer.children.map(({ studentId }) => studentId).sort()).toEqual([scene.maya.id, scene.leo.id].sort());
  const maya = await ofMaya();
  expect(maya).toMatchObject({ mayDecide: true, standing: expect.arrayContaining(['photo']) as string[] });
  const own = await scene.server.sql`select from student_consents where student_id = ${scene.maya.id} and guardian_id = ${scene.parent.id}`;
  expect(maya?.decisions).toHaveLength(own.length);
});

test('a no stops the photo at once, on the child’s device at its next contact, and a yes brings it back', async () => {
  expect(await photosMayBeTaken()).toBe(true);
  expect((await say(scene.parent, 'withdrawn')).status).toBe(204);
  expect((await ofMaya())?.standing).not.toContain('photo');
  expect((await ofMaya())?.decisions[0]).toMatchObject({ purpose: 'photo', decision: 'withdrawn', noticeVersion: 1 });
  expect(await photosMayBeTaken()).toBe(false);
  expect((await say(scene.parent, 'given')).status).toBe(204);
  expect(await photosMayBeTaken()).toBe(true);
});

test('one no is enough, and nobody learns whose it was', async () => {
  const [other] = await scene.server.sql<{ id: string }[]>`
    select id from users where kind = 'parent' and school_id = ${scene.parent.signedIn.user.schoolId} and id <> ${scene.parent.id} limit 1`;
  await scene.server.sql`
    insert into parent_students (school_id, id, parent_id, student_id, relationship)
    values (${scene.parent.signedIn.user.schoolId}, ${newId()}, ${String(other?.id)}, ${scene.maya.id}, 'father')`;
  await scene.server.sql`
    insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision)
    values (${scene.parent.signedIn.user.schoolId}, ${newId()}, ${scene.maya.id}, ${String(other?.id)}, 'audio', 1, 'withdrawn')`;
  const maya = await ofMaya();
  expect(maya?.standing).not.toContain('audio');
  expect(JSON.stringify(maya)).not.toContain(String(other?.id));
  expect(maya?.decisions.find(({ purpose }) => purpose === 'audio')?.decision).toBe('given');
});

test('the same decision sent again decides once', async () => {
  const id = newId();
  const before = (await ofMaya())?.decisions.length ?? 0;
  for (let times = 0; times < 2; times++) expect((await say(scene.parent, 'given', { id, purpose: 'sharing' })).status).toBe(204);
  expect((await ofMaya())?.decisions).toHaveLength(before + 1);
});

test('only a guardian with parental responsibility decides; to all others the child is not there', async () => {
  for (const person of [scene.maya, scene.leo, scene.teacher, scene.riverside]) {
    const { status, body } = await say(person, 'given');
    expect([status, (body as { code: string }).code]).toEqual([404, 'not_found']);
    expect((await read(person)).children).toEqual([]);
  }
  await scene.server
    .sql`update parent_students set has_parental_responsibility = false where parent_id = ${scene.parent.id} and student_id = ${scene.maya.id}`;
  expect((await say(scene.parent, 'given')).status).toBe(404);
  expect(await ofMaya()).toMatchObject({ mayDecide: false });
  await scene.server
    .sql`update parent_students set has_parental_responsibility = true where parent_id = ${scene.parent.id} and student_id = ${scene.maya.id}`;
  expect((await send(scene.server.url, '/api/privacy/consents')).status).toBe(401);
});

test('what nobody can consent to is refused, and nothing is kept of it', async () => {
  for (const fields of [{ purpose: 'homework' }, { purpose: 'marketing' }, { noticeVersion: 2 }, { decision: 'perhaps' }, { reason: 'x' }])
    expect([fields, (await say(scene.parent, 'given', fields)).status]).toEqual([fields, 400]);
  const count = await scene.server.sql`select from student_consents where purpose in ('homework', 'marketing') or notice_version > 1`;
  expect(count).toHaveLength(0);
});

test('S25: after a no a photo that was logged before is not taken any more', async () => {
  const { id } = await logWithFiles(scene.leo, scene.club);
  await say(scene.parent, 'withdrawn', { studentId: scene.leo.id });
  const { documents } = await scene.leo.pullAll('people');
  expect(documents.find(({ kind }) => kind === 'student')?.['consents']).not.toContain('photo');
  expect(await scene.server.sql`select state from evidence where id = ${id} and state = 'ready'`).toHaveLength(0);
});
