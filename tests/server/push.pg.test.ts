import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorCodes } from '#domain/errors.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { completion, newId, Person, review, signIns } from './person.ts';

let server: TestServer;
let maya: Person;
let leo: Person;
let parent: Person;
let teacher: Person;
let teacher2: Person;
let riverside: Person;
/** A club of Oak Hill. */
let club: string;
beforeAll(async () => {
  server = await startTestServer();
  [maya, leo, parent, teacher, teacher2, riverside] = (await Promise.all(
    (['maya', 'leo', 'parent', 'teacher', 'teacher2', 'riversideTeacher'] as const).map((who) => Person.signIn(server.url, signIns[who])),
  )) as [Person, Person, Person, Person, Person, Person];
  const { documents } = await maya.pullAll('school');
  club = String(documents.find(({ kind }) => kind === 'club')?.id);
});
afterAll(() => server.stop());

const nothingWrong = { conflicts: [], rejections: [] };
const refusal = (id: string, code: keyof typeof errorCodes) => ({ id, code, message: errorCodes[code] });
const tombstoneOf = (id: string) => ({
  id,
  version: 0,
  _deleted: true,
  studentId: '00000000-0000-0000-0000-000000000000',
  completionDate: '1970-01-01',
});
const push = (person: Person, document: object, assumedMasterState?: object | null) =>
  person.push('completions', [{ newDocumentState: document, ...(assumedMasterState !== undefined && { assumedMasterState }) }]);
const found = async (person: Person, collection: string, id: string) =>
  (await person.pullAll(collection)).documents.find((document) => document.id === id);

/** Everything that a replay must not change. */
async function counts() {
  const [row] = await server.sql`
    select (select count(*) from homework_completions) as completions, (select count(*) from completion_reviews) as reviews,
      (select count(*) from notices) as notices, (select count(*) from rejected_pushes) as rejected,
      (select sum(version) from school_clock) as clocks`;
  return row;
}

/** The same, when what follows from the last push has been derived. */
async function settledCounts() {
  await expect.poll(async () => (await server.sql`select 1 from derivations_due`).length, { timeout: 10_000 }).toBe(0);
  let before = await counts();
  await expect
    .poll(
      async () => {
        const now = await counts();
        const isSettled = JSON.stringify(now) === JSON.stringify(before);
        before = now;
        return isSettled;
      },
      { interval: 150 },
    )
    .toBe(true);
  return before;
}

describe('homework that is pushed', () => {
  test('arrives, encrypted, with author and time from the server (S12)', async () => {
    const written = completion(maya.id, club, { writtenWork: 'A canary sang in the oak.' });
    expect(await push(maya, written)).toEqual(nothingWrong);
    const { _deleted, version, ...content } = written;
    expect(await found(teacher, 'completions', written.id)).toMatchObject(content);
    const [row] = await server.sql`select * from homework_completions where id = ${written.id}`;
    expect(row).toMatchObject({ logged_by: 'child', logged_by_user_id: maya.id, status: 'submitted' });
    expect(Buffer.from(row?.['written_work_encrypted'] as Uint8Array).toString('latin1')).not.toContain('canary');
    expect([_deleted, version]).toEqual([false, 0]);
  });

  test('by a parent for one of their children says so', async () => {
    const written = completion(leo.id, club);
    expect(await push(parent, written)).toEqual(nothingWrong);
    expect(await found(leo, 'receipts', written.id)).toMatchObject({ loggedBy: 'parent' });
  });

  test('can be edited on what was assumed, and removed, until it is marked', async () => {
    const written = completion(maya.id, club);
    await push(maya, written);
    const edited = { ...written, minutes: 30, writtenWork: null, feeling: 'tricky' };
    expect(await push(maya, edited, written)).toEqual(nothingWrong);
    expect(await found(maya, 'completions', written.id)).toMatchObject({ minutes: 30, writtenWork: null, feeling: 'tricky' });
    const { checkpoint } = await teacher.pullAll('completions');
    expect(await push(maya, { ...edited, _deleted: true }, edited)).toEqual(nothingWrong);
    expect((await teacher.pullAll('completions', checkpoint)).documents).toEqual([
      expect.objectContaining({ id: written.id, _deleted: true }),
    ]);
    expect(await server.sql`select 1 from homework_completions where id = ${written.id}`).toHaveLength(0);
  });

  test('with a date that the device’s clock cannot mean is moved and credited, never refused', async () => {
    const written = completion(maya.id, club, { completionDate: '2019-05-05' });
    expect(await push(maya, written)).toEqual(nothingWrong);
    const receipt = await found(maya, 'receipts', written.id);
    expect(receipt).toMatchObject({ flags: ['date_clamped'] });
    expect(String(receipt?.['effectiveDate']) > '2020').toBe(true);
    expect(await found(maya, 'completions', written.id)).toMatchObject({ completionDate: '2019-05-05' });
  });

  test('of three weeks offline counts on its days: contact waits for what is unsent', async () => {
    const device = newId();
    const threeWeeksAgo = new Date(Date.now() - 21 * 86_400_000);
    const credentials = { ...signIns.maya, device };
    const offline = await Person.signIn(server.url, credentials);
    await server.sql`update device_contacts set last_contact_at = ${threeWeeksAgo} where device_id = ${device}`;
    await offline.send('/api/sync/pull', { schema: 1, device, unsent: 3, collections: {} });
    const day = new Date(Date.now() - 18 * 86_400_000).toISOString().slice(0, 10);
    const written = completion(maya.id, club, { completionDate: day });
    expect(await offline.push('completions', [{ newDocumentState: written }], { device })).toEqual(nothingWrong);
    expect(await found(maya, 'receipts', written.id)).toMatchObject({ effectiveDate: day, flags: [] });
    await offline.send('/api/sync/pull', { schema: 1, device, unsent: 0, collections: {} });
    const contact = async () =>
      (
        await server.sql`select last_contact_at > now() - interval '1 minute' as is_now from device_contacts where device_id = ${device}`
      )[0]?.['is_now'] as boolean;
    await expect.poll(contact).toBe(true);
  });
});

describe('S13: a request that is sent again', () => {
  test('after its answer was lost changes nothing: writes, edits, removals, refusals', async () => {
    const first = completion(maya.id, club);
    const second = completion(maya.id, club);
    const edited = { ...first, minutes: 59 };
    const strange = { ...completion(maya.id, club), points: 500 };
    const requests = [
      [{ newDocumentState: first }, { newDocumentState: second }],
      [{ newDocumentState: edited, assumedMasterState: first }],
      [{ newDocumentState: { ...second, _deleted: true }, assumedMasterState: second }],
      [{ newDocumentState: strange }],
    ];
    for (const rows of requests) {
      const answer = await maya.push('completions', rows);
      const before = await settledCounts();
      expect(await maya.push('completions', rows)).toEqual(answer);
      expect(await maya.push('completions', rows)).toEqual(answer);
      expect(await settledCounts()).toEqual(before);
    }
  });

  test('late, after the entry was removed, does not bring it back', async () => {
    const written = completion(maya.id, club);
    await push(maya, written);
    await push(maya, { ...written, _deleted: true }, written);
    const { conflicts, rejections } = await push(maya, written);
    expect(conflicts).toEqual([expect.objectContaining({ id: written.id, _deleted: true })]);
    expect(rejections).toEqual([]);
    expect(await found(maya, 'completions', written.id)).toBeUndefined();
  });

  test('S17: by two tabs at once is applied once, for both', async () => {
    const rows = Array.from({ length: 20 }, () => ({ newDocumentState: completion(maya.id, club) }));
    const answers = await Promise.all([
      maya.push('completions', rows),
      maya.push('completions', rows.toReversed()),
      maya.push('completions', rows),
    ]);
    expect(answers).toEqual([nothingWrong, nothingWrong, nothingWrong]);
    const stored = await server.sql`select id from homework_completions where id = any (${rows.map(({ newDocumentState: { id } }) => id)})`;
    expect(stored).toHaveLength(20);
  });
});

describe('S13: compare-and-set', () => {
  test('never overwrites what the device has not seen: not without an assumed state, nor with an old one', async () => {
    const written = completion(maya.id, club);
    await push(maya, written);
    const byParent = { ...written, minutes: 44 };
    await push(parent, byParent, written);
    const stands = await found(maya, 'completions', written.id);
    for (const assumed of [undefined, null, written]) {
      expect(await push(maya, { ...written, minutes: 7 }, assumed)).toEqual({ conflicts: [stands], rejections: [] });
      expect(await push(maya, { ...written, _deleted: true }, assumed)).toEqual({ conflicts: [stands], rejections: [] });
    }
    expect(stands).toMatchObject({ minutes: 44 });
    expect(await found(maya, 'completions', written.id)).toEqual(stands);
  });

  test('takes the same moment for the same, however it is written', async () => {
    const written = completion(maya.id, club, { capturedAt: '2026-01-01T09:30:00+01:00' });
    await push(maya, written);
    expect(await push(maya, { ...written, capturedAt: '2026-01-01T08:30:00Z' })).toEqual(nothingWrong);
    expect(await push(maya, { ...written, minutes: 3 }, written)).toEqual(nothingWrong);
  });
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
    const good = Array.from({ length: 49 }, () => completion(maya.id, club));
    const bad = spoil(completion(maya.id, club));
    const rows = [...good.slice(0, 23), bad, ...good.slice(23)].map((newDocumentState) => ({ newDocumentState }));
    const { conflicts, rejections } = await maya.push('completions', rows);
    expect(rejections).toEqual([refusal(bad.id, code)]);
    expect(conflicts).toEqual([tombstoneOf(bad.id)]);
    const stored = await server.sql`select id from homework_completions where id = any (${[...good, bad].map(({ id }) => id)}::uuid[])`;
    expect(stored.map(({ id }) => String(id)).sort()).toEqual(good.map(({ id }) => id).sort());
  });

  test('S15: is kept, encrypted, and its author is told in plain words', async () => {
    const bad = completion(maya.id, club, { clubId: newId(), writtenWork: 'The refused canary.' });
    const { checkpoint } = await maya.pullAll('notices');
    await push(maya, bad);
    const [kept] = await server.sql`select * from rejected_pushes where document_id = ${bad.id}`;
    const schoolId = maya.signedIn.user.schoolId;
    expect(Buffer.from(kept?.['payload_encrypted'] as Uint8Array).toString('latin1')).not.toContain('canary');
    const payload = await server.keyring.decrypt(
      { schoolId, subjectId: schoolId },
      { table: 'rejected_pushes', column: 'payload_encrypted', row: String(kept?.['id']) },
      kept?.['payload_encrypted'] as Uint8Array,
    );
    expect(JSON.parse(payload)).toMatchObject({ id: bad.id, writtenWork: 'The refused canary.' });
    expect((await maya.pullAll('notices', checkpoint)).documents).toEqual([
      expect.objectContaining({
        kind: 'rejection',
        code: 'unknown_reference',
        message: errorCodes.unknown_reference,
        collection: 'completions',
        documentId: bad.id,
        studentId: null,
      }),
    ]);
    expect((await teacher.pullAll('notices')).documents.filter(({ documentId }) => documentId === bad.id)).toEqual([]);
  });

  test('S13, S15: is kept once, though it comes again under another version', async () => {
    const bad = completion(leo.id, club);
    await push(maya, bad);
    const before = await settledCounts();
    await push(maya, { ...bad, version: 7 });
    expect(await settledCounts()).toEqual(before);
    await push(maya, { ...bad, minutes: 9 });
    expect(Number((await settledCounts())?.['rejected'])).toBe(Number(before?.['rejected']) + 1);
  });

  test('S15: is not kept where it is about a child whose key is gone', async () => {
    const gone = completion(newId(), club, { writtenWork: 'The canary of an erased child.' });
    const notHers = completion(leo.id, club);
    await maya.push(
      'completions',
      [gone, notHers].map((newDocumentState) => ({ newDocumentState })),
    );
    const kept = await server.sql`select document_id from rejected_pushes where document_id = any (${[gone.id, notHers.id]}::uuid[])`;
    expect(kept.map((row) => String(row['document_id']))).toEqual([notHers.id]);
    expect(await server.sql`select from notices where document_id = ${gone.id}`).toHaveLength(0);
  });

  test('is refused at the request only where the request itself is wrong', async () => {
    const twice = completion(maya.id, club);
    const answer = (body: object) =>
      maya.send('/api/sync/push', { schema: 1, collection: 'completions', rows: [], ...body }).then(({ status }) => status);
    expect(await answer({})).toBe(200);
    expect(await answer({ rows: [{ newDocumentState: twice }, { newDocumentState: twice }] })).toBe(400);
    expect(await answer({ rows: [{ newDocumentState: { id: 'x' } }] })).toBe(400);
    expect(await answer({ rows: Array.from({ length: 1001 }, () => ({ newDocumentState: { id: newId() } })) })).toBe(400);
    for (const collection of ['receipts', 'progress', 'people', 'notices', 'nothing']) expect(await answer({ collection })).toBe(400);
  });
});

describe('S14: out of scope', () => {
  test('a child writes for no other child, a parent for no child of others, a teacher for no other class', async () => {
    const [{ id: classmate }] = (await server.sql`
      select student_id as id from class_students where student_id <> ${maya.id} and class_id = (select class_id from class_students where student_id = ${maya.id} limit 1) limit 1`) as unknown as [
      { id: string },
    ];
    for (const [person, student] of [
      [maya, leo.id],
      [maya, classmate],
      [parent, classmate],
      [teacher, leo.id],
      [riverside, maya.id],
    ] as const) {
      const written = completion(student, club);
      expect(await push(person, written)).toEqual({
        conflicts: [tombstoneOf(written.id)],
        rejections: [refusal(written.id, 'not_allowed')],
      });
      expect(await server.sql`select 1 from homework_completions where id = ${written.id}`).toHaveLength(0);
    }
  });

  test('trap 13: pushing over another child’s work shows nothing of it, and says what it says of an id that does not exist', async () => {
    const secret = completion(leo.id, club, { writtenWork: 'Leo’s canary.' });
    await push(leo, secret);
    const guess = (id: string) => completion(leo.id, club, { id, writtenWork: 'x' });
    const unknown = newId();
    const [taken, free] = [await push(maya, guess(secret.id)), await push(maya, guess(unknown))];
    expect(taken).toEqual({ conflicts: [tombstoneOf(secret.id)], rejections: [refusal(secret.id, 'not_allowed')] });
    expect(free).toEqual({ conflicts: [tombstoneOf(unknown)], rejections: [refusal(unknown, 'not_allowed')] });
    const own = completion(maya.id, club, { id: secret.id, writtenWork: 'x' });
    const answer = await push(maya, own);
    expect(JSON.stringify(answer)).not.toContain('canary');
    expect(answer).toEqual({ conflicts: [tombstoneOf(secret.id)], rejections: [refusal(secret.id, 'not_allowed')] });
    expect(await push(maya, { ...guess(secret.id), _deleted: true }, secret)).toEqual(nothingWrong);
    expect(await found(leo, 'completions', secret.id)).toMatchObject({ writtenWork: 'Leo’s canary.' });
  });

  test('a task of another class, of another school and of nowhere are one answer; so are clubs and earlier attempts', async () => {
    const [otherClass] = await server.sql`
      select t.id from homework_tasks t where t.class_id not in (select class_id from class_students where student_id = ${maya.id}) and t.school_id = ${maya.signedIn.user.schoolId} limit 1`;
    const [otherSchool] =
      await server.sql`select id, club_id from homework_tasks where school_id = ${riverside.signedIn.user.schoolId} limit 1`;
    const [others] = await server.sql`select id from homework_completions where student_id = ${leo.id} limit 1`;
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
      const written = completion(maya.id, club, reference);
      expect(await push(maya, written)).toEqual({
        conflicts: [tombstoneOf(written.id)],
        rejections: [refusal(written.id, 'unknown_reference')],
      });
    }
  });

  test('an entry never moves to another child (S4)', async () => {
    const written = completion(maya.id, club);
    await push(parent, written);
    const { rejections } = await push(parent, { ...written, studentId: leo.id }, written);
    expect(rejections).toEqual([refusal(written.id, 'invalid_document')]);
    expect(await found(maya, 'completions', written.id)).toMatchObject({ studentId: maya.id });
  });
});

describe('marks', () => {
  const mark = (person: Person, document: object) => person.push('reviews', [{ newDocumentState: document }]);

  test('reach child and parent, with the comment decrypted and the status derived', async () => {
    const written = completion(maya.id, club);
    await push(maya, written);
    const given = review(written, teacher.id, { verdict: 'returned', comment: 'Check the units.' });
    expect(await mark(teacher, given)).toEqual(nothingWrong);
    for (const person of [maya, parent])
      expect(await found(person, 'reviews', given.id)).toMatchObject({
        verdict: 'returned',
        comment: 'Check the units.',
        reviewerId: teacher.id,
      });
    await expect.poll(async () => (await found(maya, 'receipts', written.id))?.['status'], { timeout: 10_000 }).toBe('returned');
    expect(await found(leo, 'reviews', given.id)).toBeUndefined();
  });

  test('are given by staff alone, in their own name', async () => {
    const written = completion(maya.id, club);
    await push(maya, written);
    for (const person of [maya, parent]) {
      const given = review(written, person.id);
      expect((await mark(person, given)).rejections).toEqual([refusal(given.id, 'not_allowed')]);
    }
    const forged = review(written, teacher2.id);
    expect((await mark(teacher, forged)).rejections).toEqual([refusal(forged.id, 'wrong_author')]);
    expect(await server.sql`select 1 from completion_reviews where completion_id = ${written.id}`).toHaveLength(0);
  });

  test('are for a child’s own work: work of another class, of another child and of nowhere are refused alike', async () => {
    const leosWork = completion(leo.id, club);
    await push(leo, leosWork);
    const outOfReach = review(leosWork, teacher.id);
    expect((await mark(teacher, outOfReach)).rejections).toEqual([refusal(outOfReach.id, 'not_allowed')]);
    for (const completionId of [leosWork.id, newId()]) {
      const crossed = review({ id: completionId, studentId: maya.id }, teacher.id);
      expect((await mark(teacher, crossed)).rejections).toEqual([refusal(crossed.id, 'unknown_reference')]);
    }
  });

  test('close the entry to edits and removal; undo opens it to edits, and never deletes a mark', async () => {
    const written = completion(maya.id, club);
    await push(maya, written);
    const given = review(written, teacher.id);
    await mark(teacher, given);
    const stands = await found(maya, 'completions', written.id);
    const edited = { ...written, minutes: 55 };
    expect(await push(maya, edited, written)).toEqual({ conflicts: [stands], rejections: [refusal(written.id, 'already_marked')] });
    expect((await push(maya, { ...written, _deleted: true }, written)).rejections).toEqual([refusal(written.id, 'already_marked')]);

    const undo = review(written, teacher.id, { verdict: 'restored', restores: given.id, comment: null });
    expect(await mark(teacher, undo)).toEqual(nothingWrong);
    await expect.poll(async () => (await found(maya, 'receipts', written.id))?.['status'], { timeout: 10_000 }).toBe('submitted');
    expect(await push(maya, edited, written)).toEqual(nothingWrong);
    expect(await found(teacher, 'reviews', given.id)).toMatchObject({ verdict: 'approved' });
  });

  test('are never changed or taken away', async () => {
    const written = completion(maya.id, club);
    await push(maya, written);
    const given = review(written, teacher.id);
    await mark(teacher, given);
    const stands = await found(teacher, 'reviews', given.id);
    for (const change of [
      { ...given, verdict: 'void' },
      { ...given, _deleted: true },
    ]) {
      expect(await teacher.push('reviews', [{ newDocumentState: change, assumedMasterState: given }])).toEqual({
        conflicts: [stands],
        rejections: [refusal(given.id, 'append_only')],
      });
    }
    expect(await found(teacher, 'reviews', given.id)).toEqual(stands);
  });

  test('of two teachers both stand, and approved wins', async () => {
    const written = completion(maya.id, club);
    await push(maya, written);
    expect(await mark(teacher, review(written, teacher.id, { verdict: 'approved' }))).toEqual(nothingWrong);
    expect(await mark(teacher2, review(written, teacher2.id, { verdict: 'returned' }))).toEqual(nothingWrong);
    await expect.poll(async () => (await found(maya, 'receipts', written.id))?.['status'], { timeout: 10_000 }).toBe('approved');
  });

  test('can be pushed a class at a time', async () => {
    const works = Array.from({ length: 30 }, () => completion(maya.id, club));
    await maya.push(
      'completions',
      works.map((newDocumentState) => ({ newDocumentState })),
    );
    expect(
      await teacher.push(
        'reviews',
        works.map((work) => ({ newDocumentState: review(work, teacher.id) })),
      ),
    ).toEqual(nothingWrong);
  });
});
