import { describe, expect, test } from 'vitest';
import { errorCodes } from '#domain/errors.ts';
import { completion, newId } from './person.ts';
import { found, nothingWrong, push, refusal, settledCounts } from './pushing.ts';
import { SchoolScene } from './school-scene.ts';

/** A row that is refused costs the others nothing and is kept for its author; what is out of reach is refused without a word of it. */

const scene = SchoolScene.open();

const tombstoneOf = (id: string) => ({
  id,
  version: 0,
  _deleted: true,
  studentId: '00000000-0000-0000-0000-000000000000',
  completionDate: '1970-01-01',
});

describe('S13, S16: one bad row', () => {
  test.each([
    ['that PostgreSQL refuses', (document: ReturnType<typeof completion>) => ({ ...document, clubId: newId() }), 'unknown_reference'],
    ['that breaks the schema', (document: ReturnType<typeof completion>) => ({ ...document, minutes: 'many' }), 'invalid_document'],
    ['with an unknown field', (document: ReturnType<typeof completion>) => ({ ...document, status: 'approved' }), 'invalid_document'],
    ['for a child out of reach', (document: ReturnType<typeof completion>) => ({ ...document, studentId: newId() }), 'not_allowed'],
    [
      'with a character that no text may hold',
      (document: ReturnType<typeof completion>) => ({ ...document, writtenWork: 'a\u0000b', clubId: newId() }),
      'unknown_reference',
    ],
  ] as const)('%s in a batch of 50 costs the others nothing', async (_what, spoil, code) => {
    const good = Array.from({ length: 49 }, () => completion(scene.maya.id, scene.club));
    const bad = spoil(completion(scene.maya.id, scene.club));
    const rows = [...good.slice(0, 23), bad, ...good.slice(23)].map((newDocumentState) => ({ newDocumentState }));
    const { conflicts, rejections } = await scene.maya.push('completions', rows);
    expect(rejections).toEqual([refusal(bad.id, code)]);
    expect(conflicts).toEqual([tombstoneOf(bad.id)]);
    const stored = await scene.server
      .sql`select id from homework_completions where id = any (${[...good, bad].map(({ id }) => id)}::uuid[])`;
    expect(stored.map(({ id }) => String(id)).sort()).toEqual(good.map(({ id }) => id).sort());
  });

  test('S15: is kept, encrypted, and its author is told in plain words', async () => {
    const bad = completion(scene.maya.id, scene.club, { clubId: newId(), writtenWork: 'The refused canary.' });
    const { checkpoint } = await scene.maya.pullAll('notices');
    await push(scene.maya, bad);
    const [kept] = await scene.server.sql`select * from rejected_pushes where document_id = ${bad.id}`;
    const schoolId = scene.maya.signedIn.user.schoolId;
    expect(Buffer.from(kept?.['payload_encrypted'] as Uint8Array).toString('latin1')).not.toContain('canary');
    const payload = await scene.server.keyring.decrypt(
      { schoolId, subjectId: schoolId },
      { table: 'rejected_pushes', column: 'payload_encrypted', row: String(kept?.['id']) },
      kept?.['payload_encrypted'] as Uint8Array,
    );
    expect(JSON.parse(payload)).toMatchObject({ id: bad.id, writtenWork: 'The refused canary.' });
    expect((await scene.maya.pullAll('notices', checkpoint)).documents).toEqual([
      expect.objectContaining({
        kind: 'rejection',
        code: 'unknown_reference',
        message: errorCodes.unknown_reference,
        collection: 'completions',
        documentId: bad.id,
        studentId: null,
      }),
    ]);
    expect((await scene.teacher.pullAll('notices')).documents.filter(({ documentId }) => documentId === bad.id)).toEqual([]);
  });

  test('S13, S15: is kept once, though it comes again under another version', async () => {
    const bad = completion(scene.leo.id, scene.club);
    await push(scene.maya, bad);
    const before = await settledCounts(scene.server);
    await push(scene.maya, { ...bad, version: 7 });
    expect(await settledCounts(scene.server)).toEqual(before);
    await push(scene.maya, { ...bad, minutes: 9 });
    expect(Number((await settledCounts(scene.server))?.['rejected'])).toBe(Number(before?.['rejected']) + 1);
  });

  test('S15: is not kept where it is about a child whose key is gone', async () => {
    const gone = completion(newId(), scene.club, { writtenWork: 'The canary of an erased child.' });
    const notHers = completion(scene.leo.id, scene.club);
    await scene.maya.push(
      'completions',
      [gone, notHers].map((newDocumentState) => ({ newDocumentState })),
    );
    const kept = await scene.server.sql`select document_id from rejected_pushes where document_id = any (${[gone.id, notHers.id]}::uuid[])`;
    expect(kept.map((row) => String(row['document_id']))).toEqual([notHers.id]);
    expect(await scene.server.sql`select from notices where document_id = ${gone.id}`).toHaveLength(0);
  });

  test('is refused at the request only where the request itself is wrong', async () => {
    const twice = completion(scene.maya.id, scene.club);
    const answer = (body: object) =>
      scene.maya.send('/api/sync/push', { schema: 1, collection: 'completions', rows: [], ...body }).then(({ status }) => status);
    expect(await answer({})).toBe(200);
    expect(await answer({ rows: [{ newDocumentState: twice }, { newDocumentState: twice }] })).toBe(400);
    expect(await answer({ rows: [{ newDocumentState: { id: 'x' } }] })).toBe(400);
    expect(await answer({ rows: Array.from({ length: 1001 }, () => ({ newDocumentState: { id: newId() } })) })).toBe(400);
    for (const collection of ['receipts', 'progress', 'people', 'notices', 'nothing']) expect(await answer({ collection })).toBe(400);
  });
});

describe('S14: out of scope', () => {
  test('a child writes for no other child, a parent for no child of others, a teacher for no other class', async () => {
    const [{ id: classmate }] = (await scene.server.sql`
      select student_id as id from class_students where student_id <> ${scene.maya.id} and class_id = (select class_id from class_students where student_id = ${scene.maya.id} limit 1) limit 1`) as unknown as [
      { id: string },
    ];
    for (const [person, student] of [
      [scene.maya, scene.leo.id],
      [scene.maya, classmate],
      [scene.parent, classmate],
      [scene.teacher, scene.leo.id],
      [scene.riverside, scene.maya.id],
    ] as const) {
      const written = completion(student, scene.club);
      expect(await push(person, written)).toEqual({
        conflicts: [tombstoneOf(written.id)],
        rejections: [refusal(written.id, 'not_allowed')],
      });
      expect(await scene.server.sql`select 1 from homework_completions where id = ${written.id}`).toHaveLength(0);
    }
  });

  test('trap 13: pushing over another child’s work shows nothing of it, and says what it says of an id that does not exist', async () => {
    const secret = completion(scene.leo.id, scene.club, { writtenWork: 'Leo’s canary.' });
    await push(scene.leo, secret);
    const guess = (id: string) => completion(scene.leo.id, scene.club, { id, writtenWork: 'x' });
    const unknown = newId();
    const [taken, free] = [await push(scene.maya, guess(secret.id)), await push(scene.maya, guess(unknown))];
    expect(taken).toEqual({ conflicts: [tombstoneOf(secret.id)], rejections: [refusal(secret.id, 'not_allowed')] });
    expect(free).toEqual({ conflicts: [tombstoneOf(unknown)], rejections: [refusal(unknown, 'not_allowed')] });
    const own = completion(scene.maya.id, scene.club, { id: secret.id, writtenWork: 'x' });
    const answer = await push(scene.maya, own);
    expect(JSON.stringify(answer)).not.toContain('canary');
    expect(answer).toEqual({ conflicts: [tombstoneOf(secret.id)], rejections: [refusal(secret.id, 'not_allowed')] });
    expect(await push(scene.maya, { ...guess(secret.id), _deleted: true }, secret)).toEqual(nothingWrong);
    expect(await found(scene.leo, 'completions', secret.id)).toMatchObject({ writtenWork: 'Leo’s canary.' });
  });

  test('a task of another class, of another school and of nowhere are one answer; so are clubs and earlier attempts', async () => {
    const [otherClass] = await scene.server.sql`
      select t.id from homework_tasks t where t.class_id not in (select class_id from class_students where student_id = ${scene.maya.id}) and t.school_id = ${scene.maya.signedIn.user.schoolId} limit 1`;
    const [otherSchool] = await scene.server
      .sql`select id, club_id from homework_tasks where school_id = ${scene.riverside.signedIn.user.schoolId} limit 1`;
    const [others] = await scene.server.sql`select id from homework_completions where student_id = ${scene.leo.id} limit 1`;
    const references = [
      { taskId: otherClass?.['id'] as string },
      { taskId: otherSchool?.['id'] as string },
      { taskId: newId() },
      { clubId: otherSchool?.['club_id'] as string },
      { clubId: newId() },
      { previousAttemptId: others?.['id'] as string },
      { previousAttemptId: newId() },
    ];
    for (const reference of references) {
      expect(Object.values(reference)[0]).toBeTypeOf('string');
      const written = completion(scene.maya.id, scene.club, reference);
      expect(await push(scene.maya, written)).toEqual({
        conflicts: [tombstoneOf(written.id)],
        rejections: [refusal(written.id, 'unknown_reference')],
      });
    }
  });

  test('an entry never moves to another child (S4)', async () => {
    const written = completion(scene.maya.id, scene.club);
    await push(scene.parent, written);
    const { rejections } = await push(scene.parent, { ...written, studentId: scene.leo.id }, written);
    expect(rejections).toEqual([refusal(written.id, 'invalid_document')]);
    expect(await found(scene.maya, 'completions', written.id)).toMatchObject({ studentId: scene.maya.id });
  });
});
