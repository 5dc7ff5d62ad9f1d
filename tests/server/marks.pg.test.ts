import { beforeAll, describe, expect, test } from 'vitest';
import { completion, newId, Person, review, signIns } from './person.ts';
import { found, nothingWrong, push, refusal } from './pushing.ts';
import { SchoolScene } from './school-scene.ts';

/** Marks are pushed by staff, in their own name, and stand for good. */

const scene = SchoolScene.open();
/** Another teacher of Maya's class. */
let teacher2: Person;
beforeAll(async () => {
  teacher2 = await Person.signIn(scene.server.url, signIns.teacher2);
});

describe('marks', () => {
  const mark = (person: Person, document: object) => person.push('reviews', [{ newDocumentState: document }]);

  test('reach child and parent, with the comment decrypted and the status derived', async () => {
    const written = completion(scene.maya.id, scene.club);
    await push(scene.maya, written);
    const given = review(written, scene.teacher.id, { verdict: 'returned', comment: 'Check the units.' });
    expect(await mark(scene.teacher, given)).toEqual(nothingWrong);
    for (const person of [scene.maya, scene.parent])
      expect(await found(person, 'reviews', given.id)).toMatchObject({
        verdict: 'returned',
        comment: 'Check the units.',
        reviewerId: scene.teacher.id,
      });
    await expect.poll(async () => (await found(scene.maya, 'receipts', written.id))?.['status'], { timeout: 10_000 }).toBe('returned');
    expect(await found(scene.leo, 'reviews', given.id)).toBeUndefined();
  });

  test('are given by staff alone, in their own name', async () => {
    const written = completion(scene.maya.id, scene.club);
    await push(scene.maya, written);
    for (const person of [scene.maya, scene.parent]) {
      const given = review(written, person.id);
      expect((await mark(person, given)).rejections).toEqual([refusal(given.id, 'not_allowed')]);
    }
    const forged = review(written, teacher2.id);
    expect((await mark(scene.teacher, forged)).rejections).toEqual([refusal(forged.id, 'wrong_author')]);
    expect(await scene.server.sql`select 1 from completion_reviews where completion_id = ${written.id}`).toHaveLength(0);
  });

  test('are for a child’s own work: work of another class, of another child and of nowhere are refused alike', async () => {
    const leosWork = completion(scene.leo.id, scene.club);
    await push(scene.leo, leosWork);
    const outOfReach = review(leosWork, scene.teacher.id);
    expect((await mark(scene.teacher, outOfReach)).rejections).toEqual([refusal(outOfReach.id, 'not_allowed')]);
    for (const completionId of [leosWork.id, newId()]) {
      const crossed = review({ id: completionId, studentId: scene.maya.id }, scene.teacher.id);
      expect((await mark(scene.teacher, crossed)).rejections).toEqual([refusal(crossed.id, 'unknown_reference')]);
    }
  });

  test('close the entry to edits and removal; undo opens it to edits, and never deletes a mark', async () => {
    const written = completion(scene.maya.id, scene.club);
    await push(scene.maya, written);
    const given = review(written, scene.teacher.id);
    await mark(scene.teacher, given);
    const stands = await found(scene.maya, 'completions', written.id);
    const edited = { ...written, minutes: 55 };
    expect(await push(scene.maya, edited, written)).toEqual({ conflicts: [stands], rejections: [refusal(written.id, 'already_marked')] });
    expect((await push(scene.maya, { ...written, _deleted: true }, written)).rejections).toEqual([refusal(written.id, 'already_marked')]);

    const undo = review(written, scene.teacher.id, { verdict: 'restored', restores: given.id, comment: null });
    expect(await mark(scene.teacher, undo)).toEqual(nothingWrong);
    await expect.poll(async () => (await found(scene.maya, 'receipts', written.id))?.['status'], { timeout: 10_000 }).toBe('submitted');
    expect(await push(scene.maya, edited, written)).toEqual(nothingWrong);
    expect(await found(scene.teacher, 'reviews', given.id)).toMatchObject({ verdict: 'approved' });
  });

  test('are never changed or taken away', async () => {
    const written = completion(scene.maya.id, scene.club);
    await push(scene.maya, written);
    const given = review(written, scene.teacher.id);
    await mark(scene.teacher, given);
    const stands = await found(scene.teacher, 'reviews', given.id);
    for (const change of [
      { ...given, verdict: 'void' },
      { ...given, _deleted: true },
    ]) {
      expect(await scene.teacher.push('reviews', [{ newDocumentState: change, assumedMasterState: given }])).toEqual({
        conflicts: [stands],
        rejections: [refusal(given.id, 'append_only')],
      });
    }
    expect(await found(scene.teacher, 'reviews', given.id)).toEqual(stands);
  });

  test('of two teachers both stand, and approved wins', async () => {
    const written = completion(scene.maya.id, scene.club);
    await push(scene.maya, written);
    expect(await mark(scene.teacher, review(written, scene.teacher.id, { verdict: 'approved' }))).toEqual(nothingWrong);
    expect(await mark(teacher2, review(written, teacher2.id, { verdict: 'returned' }))).toEqual(nothingWrong);
    await expect.poll(async () => (await found(scene.maya, 'receipts', written.id))?.['status'], { timeout: 10_000 }).toBe('approved');
  });

  test('can be pushed a class at a time', async () => {
    const works = Array.from({ length: 30 }, () => completion(scene.maya.id, scene.club));
    await scene.maya.push(
      'completions',
      works.map((newDocumentState) => ({ newDocumentState })),
    );
    expect(
      await scene.teacher.push(
        'reviews',
        works.map((work) => ({ newDocumentState: review(work, scene.teacher.id) })),
      ),
    ).toEqual(nothingWrong);
  });
});
