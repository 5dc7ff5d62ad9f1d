import { describe, expect, test } from 'vitest';
import { errorCodes } from '#domain/errors.ts';
import { must } from '#domain/must.ts';
import { push } from './asking.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { done, mark, move, moved, Moving, seen, type Piece } from './moving.ts';
import { newId, review, type Person } from './person.ts';

/** S31: what is not moved stays as it was, to the last row. And what was set aside may be taken up again. */

const scene = EvidenceScene.open();
const moving = new Moving(scene);

describe('S31: a move is refused, and changes nothing,', () => {
  async function refused(by: Person, piece: Piece, asked: object, code: keyof typeof errorCodes): Promise<void> {
    const before = await moving.standing(piece.id);
    const answer = await push(by, asked);
    expect(answer.rejections).toMatchObject([{ code, message: errorCodes[code] }]);
    expect(await moving.standing(piece.id)).toEqual(before);
  }

  test('where the teacher does not reach both children, whoever is there', async () => {
    const teacher = await moving.both();
    const [hers, his] = [await moving.pieceOf(scene.maya), await moving.pieceOf(scene.leo)];
    // Maya's teacher does not teach Leo.
    await refused(scene.teacher, hers, move(scene.teacher, hers, scene.leo.id), 'not_allowed');
    await refused(scene.teacher, his, move(scene.teacher, his, scene.maya.id), 'not_allowed');
    await refused(scene.teacher, hers, move(scene.teacher, hers, newId()), 'not_allowed');
    await refused(scene.riverside, hers, move(scene.riverside, hers, scene.leo.id), 'not_allowed');
    await refused(scene.maya, hers, move(scene.maya, hers, scene.leo.id), 'not_allowed');
    await refused(teacher, hers, move(teacher, hers, scene.maya.id), 'invalid_document');
    // Another child's piece, and one that is not there, look alike.
    await refused(teacher, his, move(teacher, { id: his.id, studentId: scene.maya.id }, scene.leo.id), 'unknown_reference');
    await refused(teacher, hers, move(teacher, { id: newId(), studentId: scene.maya.id }, scene.leo.id), 'unknown_reference');
    // An id that is taken.
    await refused(teacher, hers, move(teacher, hers, scene.leo.id, his.id), 'not_allowed');
  });

  test('where it was set aside, and not where that was undone', async () => {
    const teacher = await moving.both();
    const piece = await moving.pieceOf(scene.maya);
    const restores = await mark(teacher, piece, { verdict: 'void' });
    await expect.poll(async () => (await seen(scene.maya, 'receipts', piece.id))?.['status']).toBe('void');
    await refused(teacher, piece, move(teacher, piece, scene.leo.id), 'already_set_aside');
    await mark(teacher, piece, { verdict: 'restored', restores, comment: null });
    await moved(teacher, piece, scene.leo);
  });

  test('while a photo is on its way, or where the right child’s family did not agree to it', async () => {
    const teacher = await moving.both();
    const { completion: piece, upload } = await scene.begun(scene.maya);
    await refused(teacher, piece, move(teacher, piece, scene.leo.id), 'files_on_their_way');
    await upload.send(scene.maya, await upload.offset(scene.maya));
    await expect.poll(async () => (await scene.receiptOf(scene.maya, piece.id))[0]?.state).toBe('ready');
    await scene.decide(scene.leo, 'photo', 'withdrawn');
    await refused(teacher, piece, move(teacher, piece, scene.leo.id), 'no_consent_there');
    await scene.decide(scene.leo, 'photo', 'given');
    await moved(teacher, piece, scene.leo);
  });

  test('where the right child has left, or is not in the club', async () => {
    const teacher = await moving.both();
    const piece = await moving.pieceOf(scene.maya);
    const { sql } = scene.server;
    await sql`update students set left_on = app.today(school_id) - 1 where id = ${scene.leo.id}`;
    await refused(teacher, piece, move(teacher, piece, scene.leo.id), 'not_on_roll');
    await sql`update students set left_on = null where id = ${scene.leo.id}`;
    const [club] = await sql<{ years: string[] }[]>`select year_groups as years from clubs where id = ${scene.club}`;
    await sql`update clubs set year_groups = array['6'] where id = ${scene.club}`;
    await refused(teacher, piece, move(teacher, piece, scene.leo.id), 'not_in_club');
    await sql`update clubs set year_groups = ${must(club, 'the club is there').years} where id = ${scene.club}`;
    await moved(teacher, piece, scene.leo);
  });
});

describe('undoing a void', () => {
  test('takes it back within 30 days, and not after', async () => {
    const piece = await moving.pieceOf(scene.maya);
    const restores = await mark(scene.teacher, piece, { verdict: 'void' });
    const undo = (): ReturnType<typeof review> => review(piece, scene.teacher.id, { verdict: 'restored', restores, comment: null });
    await scene.server.sql`update completion_reviews set reviewed_at = now() - interval '31 days' where id = ${restores}`;
    expect((await scene.teacher.push('reviews', [{ newDocumentState: undo() }])).rejections).toMatchObject([
      { code: 'set_aside_for_good' },
    ]);
    await scene.server.sql`update completion_reviews set reviewed_at = now() - interval '29 days' where id = ${restores}`;
    expect(await scene.teacher.push('reviews', [{ newDocumentState: undo() }])).toEqual(done);
    await expect.poll(async () => (await seen(scene.maya, 'receipts', piece.id))?.['status']).toBe('submitted');
  });
});
