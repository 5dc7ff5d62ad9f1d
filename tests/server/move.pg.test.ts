import { describe, expect, test } from 'vitest';
import { must } from '#domain/must.ts';
import { codesOf, command, noticesOf, push } from './asking.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { done, mark, move, moved, Moving, seen } from './moving.ts';
import { newId, review, type Person } from './person.ts';
import { photo } from './sample-files.ts';
import { fetchFile, logWithFiles, Upload } from './upload.ts';

/** S31: a piece that was logged under the wrong child is moved to the right one, and neither family learns of the other. */

const scene = EvidenceScene.open();
const moving = new Moving(scene);

async function reviewsOf(person: Person, id: string) {
  return (await person.pullAll('reviews')).documents.filter((one) => one['completionId'] === id);
}
async function everything(person: Person): Promise<string> {
  const pages = await Promise.all(person.signedIn.collections.map((collection) => person.pullAll(collection)));
  return JSON.stringify(pages.map(({ documents }) => documents));
}
/** How many pieces of this club count for the child, once all is derived. */
async function countedOf(child: Person): Promise<number> {
  await expect.poll(() => scene.server.sql`select from derivations_due`).toHaveLength(0);
  const [row] = await scene.server.sql<{ approved: number | null }[]>`
    select (clubs -> ${scene.club} -> 'approved')::integer as approved from student_progress where student_id = ${child.id}`;
  return row?.approved ?? 0;
}

describe('S31: a move', () => {
  test('writes the piece anew for the right child, as it was logged, and leaves a shell with nothing but a date', async () => {
    const teacher = await moving.both();
    const piece = await moving.pieceOf(scene.maya, { minutes: 23, feeling: 'tricky' });
    const receipt = must(await seen(scene.maya, 'receipts', piece.id), 'she has a receipt');
    const asked = move(teacher, piece, scene.leo.id);
    expect(await push(teacher, asked)).toEqual(done);
    expect(await noticesOf(teacher, asked.id)).toMatchObject([{ code: 'done', studentId: null }]);
    const { newCompletionId } = asked.payload as { newCompletionId: string };

    const { version: _v, ...there } = must(await seen(scene.leo, 'completions', newCompletionId), 'it is his');
    const { version: _w, ...written } = piece;
    expect(there).toEqual({ ...written, id: newCompletionId, studentId: scene.leo.id });
    const { loggedBy, receivedAt, effectiveDate } = receipt as unknown as Record<string, unknown>;
    expect(await seen(scene.leo, 'receipts', newCompletionId)).toMatchObject({ loggedBy, receivedAt, effectiveDate, status: 'submitted' });

    expect(await seen(scene.maya, 'completions', piece.id)).toMatchObject({
      studentId: scene.maya.id, completionDate: piece.completionDate, evidenceKind: 'show_in_class', writtenWork: null, evidenceIds: [],
      minutes: null, feeling: null, taskId: null, previousAttemptId: null, clockOffsetMs: null, capturedAt: `${piece.completionDate}T00:00:00.000Z`,
    }); // prettier-ignore
    expect(await seen(scene.maya, 'receipts', piece.id)).toMatchObject({ status: 'void', effectiveDate, evidence: [], punctuality: null });
    expect(await reviewsOf(scene.maya, piece.id)).toMatchObject([{ verdict: 'void', comment: null, sticker: null, star: false }]);
  });

  test('lets neither family learn of the other: no id, no name, no word, no notice', async () => {
    const teacher = await moving.both();
    const piece = await moving.pieceOf(scene.maya, { writtenWork: 'My sister saw a bittern.' });
    const reviewId = await mark(teacher, piece, { comment: 'A bittern, how rare!' });
    const asked = move(teacher, piece, scene.leo.id);
    await push(teacher, asked);
    const { newCompletionId } = asked.payload as { newCompletionId: string };
    const [hers, his] = [await everything(scene.maya), await everything(scene.leo)];
    for (const trace of [newCompletionId, scene.leo.id, asked.id, 'bittern']) expect(hers).not.toContain(trace);
    for (const trace of [piece.id, scene.maya.id, asked.id, reviewId]) expect(his).not.toContain(trace);
    expect(his).toContain('My sister saw a bittern.');
    expect(his).toContain('A bittern, how rare!');
    // Nor what stands of either in a table that goes by the child, such as an export or an erasure reads.
    const { sql } = scene.server;
    for (const table of ['homework_completions', 'completion_reviews', 'evidence', 'notices', 'rejected_pushes'] as const) {
      const rows = JSON.stringify(await sql`select * from ${sql(table)} child where child.scope_id = ${scene.maya.id}`);
      for (const trace of [newCompletionId, scene.leo.id]) expect(rows).not.toContain(trace);
    }
    expect(await sql`select from completion_reviews where completion_id = ${piece.id} and comment_encrypted is not null`).toHaveLength(0);
  });

  test('takes the marks along, with who gave them, and what counts of both children is derived anew', async () => {
    const teacher = await moving.both();
    const [hers, his] = [await countedOf(scene.maya), await countedOf(scene.leo)];
    const piece = await moving.pieceOf(scene.maya);
    const returned = await mark(teacher, piece, { verdict: 'returned', comment: 'Once more, please.' });
    await mark(teacher, piece, { verdict: 'restored', restores: returned, comment: null });
    await mark(scene.teacher, piece, { star: true, sticker: 'owl', comment: null });
    expect(await countedOf(scene.maya)).toBe(hers + 1);
    const there = await moved(teacher, piece, scene.leo);
    const marks = await reviewsOf(scene.leo, there.id);
    expect(marks).toHaveLength(3);
    const again = must(
      marks.find(({ verdict }) => verdict === 'returned'),
      'the first mark',
    );
    expect(again).toMatchObject({ reviewerId: teacher.id, comment: 'Once more, please.', studentId: scene.leo.id });
    expect(marks.find(({ verdict }) => verdict === 'restored')).toMatchObject({ restores: again.id });
    expect(marks.find(({ verdict }) => verdict === 'approved')).toMatchObject({ reviewerId: scene.teacher.id, star: true, sticker: 'owl' });
    expect([await countedOf(scene.maya), await countedOf(scene.leo)]).toEqual([hers, his + 1]);
    expect(await seen(scene.leo, 'receipts', there.id)).toMatchObject({ status: 'approved' });
    // Undone by moving it back.
    const back = await moved(teacher, there, scene.maya);
    expect([await countedOf(scene.maya), await countedOf(scene.leo)]).toEqual([hers + 1, his]);
    expect(await reviewsOf(scene.maya, back.id)).toHaveLength(3);
  });

  test('takes the photos along under another id, sealed for the right child, and moves back as well', async () => {
    const teacher = await moving.both();
    const ids = [newId(), newId()];
    const { completion: piece } = await logWithFiles(scene.maya, scene.club, { ids });
    for (const id of ids) await new Upload(id, await photo(200, 200)).whole(scene.maya);
    const before = await fetchFile(scene.maya, String(ids[0]));
    expect(before.status).toBe(200);
    const there = await moved(teacher, piece, scene.leo);
    const receipts = await scene.receiptOf(scene.leo, there.id);
    expect(receipts.map(({ state }) => state)).toEqual(['ready', 'ready']);
    const [first = ''] = receipts.map(({ id }) => id);
    expect(ids).not.toContain(first);
    const after = await fetchFile(scene.leo, first);
    expect(after.bytes.equals(before.bytes)).toBe(true);
    for (const id of [...ids, first]) expect((await fetchFile(scene.maya, id)).status).toBe(404);
    for (const id of ids) expect((await fetchFile(scene.leo, id)).status).toBe(404);
    expect(await scene.server.sql`select from evidence_leftovers`).toHaveLength(0);
    expect(await scene.server.sql`select from evidence where student_id = ${scene.maya.id} and completion_id = ${piece.id}`).toHaveLength(
      0,
    );

    const back = await moved(teacher, there, scene.maya);
    const [again] = await scene.receiptOf(scene.maya, back.id);
    expect((await fetchFile(scene.maya, must(again, 'it is back').id)).bytes.equals(before.bytes)).toBe(true);
    expect((await fetchFile(scene.leo, first)).status).toBe(404);
  });

  test('keeps a task that the right child has too, and no other', async () => {
    const teacher = await moving.both();
    const [task] = await scene.server.sql<{ id: string; clubId: string }[]>`
      select task.id, task.club_id as "clubId" from homework_tasks task
      join class_students member on member.school_id = task.school_id and member.class_id = task.class_id
      where member.student_id = ${scene.maya.id} and member.is_current limit 1`;
    const { id: taskId, clubId } = must(task, 'her class has a task');
    const piece = await moving.pieceOf(scene.maya, { taskId, clubId });
    const [classmate] = await scene.server.sql<{ id: string }[]>`
      select other.student_id as id from class_students member
      join class_students other on other.school_id = member.school_id and other.class_id = member.class_id and other.is_current
      where member.student_id = ${scene.maya.id} and member.is_current and other.student_id <> ${scene.maya.id} limit 1`;
    const there = { id: newId(), studentId: must(classmate, 'she is not alone').id };
    expect(await push(teacher, move(teacher, piece, there.studentId, there.id))).toEqual(done);
    const taskOf = async (id: string) =>
      (await scene.server.sql`select task_id from homework_completions where id = ${id}`)[0]?.['task_id'] as unknown;
    expect(await taskOf(there.id)).toBe(taskId);
    expect(await taskOf(piece.id)).toBeNull();
    const atLeos = await moved(teacher, there, scene.leo);
    expect(await taskOf(atLeos.id)).toBeNull();
    // Back where the task is known it has it again.
    expect(await taskOf((await moved(teacher, atLeos, scene.maya)).id)).toBe(taskId);
  });

  test('is what it was, and the shell says nothing of it', async () => {
    const teacher = await moving.both();
    const piece = await moving.pieceOf(scene.maya, { activity: 'reading' });
    expect(await seen(scene.maya, 'completions', piece.id)).toMatchObject({ activity: 'reading' });
    const there = await moved(teacher, piece, scene.leo);
    expect(await seen(scene.leo, 'completions', there.id)).toMatchObject({ activity: 'reading' });
    expect(await seen(scene.maya, 'completions', piece.id)).toMatchObject({ activity: null });
  });

  test('has the attempt that it answers again once it is back, and never another child’s', async () => {
    const teacher = await moving.both();
    const first = await moving.pieceOf(scene.maya);
    const piece = await moving.pieceOf(scene.maya, { previousAttemptId: first.id });
    const there = await moved(teacher, piece, scene.leo);
    expect(await seen(scene.leo, 'completions', there.id)).toMatchObject({ previousAttemptId: null });
    expect(JSON.stringify(await everything(scene.leo))).not.toContain(first.id);
    const back = await moved(teacher, there, scene.maya);
    expect(await seen(scene.maya, 'completions', back.id)).toMatchObject({ previousAttemptId: first.id });
  });

  test('is done once: a second one to the same child is told so, one to another child is refused', async () => {
    const teacher = await moving.both();
    const piece = await moving.pieceOf(scene.leo);
    const there = await moved(teacher, piece, scene.maya);
    const before = await moving.standing(piece.id);
    const second = move(teacher, piece, scene.maya.id);
    expect(await push(teacher, second)).toEqual(done);
    expect(await noticesOf(teacher, second.id)).toMatchObject([{ code: 'already_done' }]);
    const [other] = await scene.server.sql<{ id: string }[]>`
      select student_id as id from class_students where is_current and student_id <> ${scene.maya.id}
        and class_id in (select class_id from class_students where student_id = ${scene.maya.id} and is_current) limit 1`;
    expect(await codesOf(teacher, move(teacher, piece, must(other, 'a classmate').id))).toEqual(['already_moved']);
    // What has gone on since is not "done already".
    await moved(teacher, there, scene.leo);
    expect(await codesOf(teacher, move(teacher, piece, scene.maya.id))).toEqual(['already_moved']);
    expect((await moving.standing(piece.id))[0]).toHaveLength(before[0].length);
  });

  test('of two at once, to two children, one is done and the other refused', async () => {
    const teacher = await moving.both();
    const piece = await moving.pieceOf(scene.maya);
    const [other] = await scene.server.sql<{ id: string }[]>`
      select student_id as id from class_students where is_current and student_id <> ${scene.maya.id}
        and class_id in (select class_id from class_students where student_id = ${scene.maya.id} and is_current) limit 1`;
    const answers = await Promise.all([
      codesOf(teacher, move(teacher, piece, scene.leo.id)),
      codesOf(teacher, move(teacher, piece, must(other, 'a classmate').id)),
    ]);
    expect(answers.flat()).toEqual(['already_moved']);
    expect(await scene.server.sql`select from homework_completions where moved_from = ${piece.id}`).toHaveLength(1);
  });

  test('leaves a shell that nobody marks, takes up again, changes or removes', async () => {
    const teacher = await moving.both();
    const piece = await moving.pieceOf(scene.maya);
    await moved(teacher, piece, scene.leo);
    const [shellMark] = await reviewsOf(scene.maya, piece.id);
    const late = [
      review(piece, teacher.id, { comment: 'What a heron!' }),
      review(piece, teacher.id, { verdict: 'restored', restores: must(shellMark, 'it is set aside').id, comment: null }),
    ];
    const answer = await teacher.push(
      'reviews',
      late.map((newDocumentState) => ({ newDocumentState })),
    );
    expect(answer.rejections.map(({ code }) => code)).toEqual(['already_moved', 'already_moved']);
    const shell = must(await seen(scene.maya, 'completions', piece.id), 'it is there');
    const changes = [{ newDocumentState: { ...shell, minutes: 5 }, assumedMasterState: shell }];
    expect((await scene.maya.push('completions', changes)).rejections).toMatchObject([{ code: 'already_marked' }]);
    const removal = [{ newDocumentState: { ...shell, _deleted: true }, assumedMasterState: shell }];
    expect((await scene.maya.push('completions', removal)).rejections).toMatchObject([{ code: 'already_marked' }]);
    expect(await reviewsOf(scene.maya, piece.id)).toEqual([shellMark]);
  });

  test('leaves a concern about the piece where its reporter raised it', async () => {
    const teacher = await moving.both();
    const piece = await moving.pieceOf(scene.maya);
    await push(teacher, command(teacher, 'flag_to_safeguarding_lead', { studentId: scene.maya.id, completionId: piece.id, words: null }));
    await moved(teacher, piece, scene.leo);
    const flags = await scene.server.sql`select student_id, completion_id from safeguarding_flags where completion_id = ${piece.id}`;
    expect([...flags]).toEqual([{ student_id: scene.maya.id, completion_id: piece.id }]);
  });
});
