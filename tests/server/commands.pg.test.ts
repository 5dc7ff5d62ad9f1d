import { describe, expect, test, vi } from 'vitest';
import { commandAnswers } from '#domain/collections/commands.ts';
import { errorCodes } from '#domain/errors.ts';
import { must } from '#domain/must.ts';
import { codesOf, command, noticesOf, push } from './asking.ts';
import { deliver, sealOf, sealRows } from './envelopes.ts';
import { EvidenceScene } from './evidence-scene.ts';
import { completion, newId, Person, signIns } from './person.ts';

/** S31: what is asked for is done once, with the rights of whoever asked at that moment, and answered by a notice. */

const scene = EvidenceScene.open();
const done = { conflicts: [], rejections: [] };

async function rowOf(id: string) {
  const [row] = await scene.server.sql`select state, code, payload_encrypted as payload from commands where id = ${id}`;
  return row;
}
async function mayasPiece(fields: object = {}): Promise<string> {
  const piece = completion(scene.maya.id, scene.club, fields);
  expect(await scene.maya.push('completions', [{ newDocumentState: piece }])).toEqual(done);
  return piece.id;
}
const flagOf = (by: Person, completionId: string, words: string | null = 'A heron told me something.', studentId = scene.maya.id) =>
  command(by, 'flag_to_safeguarding_lead', { studentId, completionId, words });
const flags = (completionId: string) => scene.server.sql`select * from safeguarding_flags where completion_id = ${completionId}`;

async function otherTeacher(): Promise<Person> {
  return Person.signIn(scene.server.url, signIns.teacher2);
}
/** Another adult at Maya's class for a test. */
async function teachMaya(teacher: Person): Promise<void> {
  await scene.server.sql`
    insert into teacher_classes (school_id, id, teacher_id, class_id, is_lead, is_active)
    select school_id, gen_random_uuid(), ${teacher.id}, class_id, false, true from class_students
    where student_id = ${scene.maya.id} and is_current
      and not exists (select from teacher_classes there where there.teacher_id = ${teacher.id} and there.class_id = class_students.class_id)`;
}

describe('S31: a command', () => {
  test('is a collection of staff and of children, who ask for themselves, and of nobody else', () => {
    expect(scene.teacher.signedIn.collections).toContain('commands');
    expect(scene.teacher.signedIn.collections.length).toBeLessThanOrEqual(13);
    expect(scene.maya.signedIn.collections).toContain('commands');
    expect(scene.parent.signedIn.collections).not.toContain('commands');
  });

  test('is done once, by its id: a replay changes nothing, and what it said is forgotten', async () => {
    const piece = await mayasPiece();
    const asked = flagOf(scene.teacher, piece);
    expect(await push(scene.teacher, asked)).toEqual(done);
    expect(await rowOf(asked.id)).toEqual({ state: 'applied', code: null, payload: null });
    expect(await push(scene.teacher, asked)).toEqual(done);
    expect(await push(scene.teacher, { ...asked, payload: { ...asked.payload, words: 'Other words.' } })).toEqual(done);
    expect(await flags(piece)).toHaveLength(1);
    expect(await noticesOf(scene.teacher, asked.id)).toEqual([
      expect.objectContaining({ kind: 'command', code: 'done', message: commandAnswers.done, collection: 'commands', studentId: null }),
    ]);
    const { documents } = await scene.teacher.pullAll('commands');
    const { payload: _payload, version: _version, ...left } = asked;
    expect(documents.find(({ id }) => id === asked.id)).toEqual({ ...left, version: expect.any(Number) as number });
  });

  test('is nothing that a child or a parent can send, nor anybody in another’s name', async () => {
    const piece = await mayasPiece();
    for (const person of [scene.maya, scene.parent]) expect(await codesOf(person, flagOf(person, piece))).toEqual(['not_allowed']);
    const inAnothersName = flagOf(scene.teacher, piece, null);
    expect(await codesOf(scene.teacher, { ...inAnothersName, userId: scene.parent.id })).toEqual(['wrong_author']);
    expect(await flags(piece)).toHaveLength(0);
  });

  test('that cannot be understood is refused and kept, and stops no other', async () => {
    const piece = await mayasPiece();
    const good = flagOf(scene.teacher, piece);
    const bad = [command(scene.teacher, 'drop_school', {}), flagOf(scene.teacher, piece, 'a'.repeat(2001))];
    expect(await codesOf(scene.teacher, ...bad, good)).toEqual(bad.map(() => 'invalid_document'));
    expect(await flags(piece)).toHaveLength(1);
    for (const { id } of bad) {
      expect(await rowOf(id)).toBeUndefined();
      expect(await scene.server.sql`select from rejected_pushes where document_id = ${id}`).toHaveLength(1);
    }
  });

  test('stays its author’s: no other sees it, and nobody changes or removes it', async () => {
    const asked = flagOf(scene.teacher, await mayasPiece());
    await push(scene.teacher, asked);
    const other = await otherTeacher();
    expect((await other.pullAll('commands')).documents.map(({ id }) => id)).not.toContain(asked.id);
    expect(await codesOf(scene.teacher, { ...asked, capturedAt: '2026-01-06T09:00:00.000Z' })).toEqual(['append_only']);
    expect(await codesOf(scene.teacher, { ...asked, _deleted: true })).toEqual(['append_only']);
    expect(await codesOf(other, { ...asked, userId: other.id })).toEqual(['not_allowed']);
  });

  test('that was settled before a restored backup is taken for settled, once, and its author is asked to ask again (S3)', async () => {
    const piece = await mayasPiece();
    const { payload: _forgotten, ...settled } = flagOf(scene.teacher, piece);
    const waiting = flagOf(scene.teacher, piece);
    expect(await push(scene.teacher, settled, waiting)).toEqual(done);
    expect(await push(scene.teacher, settled)).toEqual(done);
    expect(await rowOf(settled.id)).toEqual({ state: 'refused', code: 'forgotten', payload: null });
    expect(await noticesOf(scene.teacher, settled.id)).toMatchObject([
      { kind: 'command', code: 'forgotten', message: commandAnswers.forgotten, studentId: null },
    ]);
    expect(await flags(piece)).toMatchObject([{ id: waiting.id }]);
    expect(await scene.server.sql`select from rejected_pushes where document_id = ${settled.id}`).toHaveLength(0);
    const { documents } = await scene.teacher.pullAll('commands');
    expect(documents.find(({ id }) => id === settled.id)).toMatchObject({ userId: scene.teacher.id, kind: settled.kind });
    expect(await codesOf(scene.teacher, { ...settled, id: newId(), userId: scene.parent.id })).toEqual(['wrong_author']);
    for (const person of [scene.maya, scene.parent])
      expect(await codesOf(person, { ...settled, id: newId(), userId: person.id })).toEqual(['not_allowed']);
  });

  test('that was sealed on a device is done in its author’s name, whoever brings it', async () => {
    const piece = await mayasPiece();
    const asked = flagOf(scene.teacher, piece);
    const envelope = await sealRows(sealOf(scene.teacher), [{ newDocumentState: asked }], { collection: 'commands' });
    expect(await deliver(scene.leo, envelope)).toEqual(['delivered']);
    expect(await flags(piece)).toMatchObject([{ reporter_id: scene.teacher.id }]);
    expect(await push(scene.teacher, asked)).toEqual(done);
    expect(await flags(piece)).toHaveLength(1);
  });
});

describe('S31: a flag to the safeguarding lead', () => {
  test('is sealed, in nobody’s bucket, and reaches neither family nor colleague', async () => {
    const piece = await mayasPiece();
    const other = await otherTeacher();
    await teachMaya(other);
    const asked = flagOf(scene.teacher, piece);
    await push(scene.teacher, asked);
    const [row] = await flags(piece);
    expect(row).toMatchObject({ student_id: scene.maya.id, reporter_id: scene.teacher.id, state: 'open' });
    expect(Buffer.from(row?.['text_encrypted'] as Uint8Array).toString('latin1')).not.toContain('heron');
    const buckets = await scene.server.sql<{ audience: string; scope_id: string }[]>`
      select audience, scope_id from sync_index where document_id = ${asked.id}`;
    expect([...buckets]).toEqual([{ audience: 'account', scope_id: scene.teacher.id }]);
    for (const person of [scene.maya, scene.parent, other]) {
      expect(await noticesOf(person, asked.id)).toEqual([]);
      for (const collection of ['commands', 'notices', 'receipts', 'completions'])
        expect(JSON.stringify((await person.pullAll(collection)).documents)).not.toContain(asked.id);
    }
  });

  test('needs no words, and each who raises one is heard', async () => {
    const piece = await mayasPiece();
    const other = await otherTeacher();
    await teachMaya(other);
    for (const person of [scene.teacher, other]) expect(await push(person, flagOf(person, piece, null))).toEqual(done);
    expect(await flags(piece)).toMatchObject([{ text_encrypted: null }, { text_encrypted: null }]);
  });

  test('is refused where the teacher does not reach the child, or the piece is not that child’s', async () => {
    const piece = await mayasPiece();
    expect(await codesOf(scene.riverside, flagOf(scene.riverside, piece))).toEqual(['not_allowed']);
    for (const [child, ofThem] of [
      [scene.leo.id, piece],
      [newId(), piece],
    ] as const)
      expect(await codesOf(scene.teacher, flagOf(scene.teacher, ofThem, null, child))).toEqual(['not_allowed']);
    const asked = flagOf(scene.teacher, newId());
    const answer = await push(scene.teacher, asked);
    expect(answer.rejections).toEqual([{ id: asked.id, code: 'unknown_reference', message: errorCodes.unknown_reference }]);
    expect(answer.conflicts).toEqual([{ id: asked.id, version: 0, _deleted: true }]);
    expect(await noticesOf(scene.teacher, asked.id)).toMatchObject([{ kind: 'rejection', code: 'unknown_reference', studentId: null }]);
    expect(await flags(piece)).toHaveLength(0);
  });
});

describe('S31: a placing', () => {
  const place = (by: Person, level: number, reason = 'Reads well beyond the kingfisher books.') =>
    command(by, 'place_on_level', { studentId: scene.maya.id, clubId: scene.club, level, reason });
  const standing = async () => {
    const [row] = await scene.server.sql`
      select placed.id, level.number, placed.set_by, placed.teacher_id, placed.reason_encrypted
      from student_levels placed join club_levels level on level.school_id = placed.school_id and level.id = placed.level_id
      where placed.student_id = ${scene.maya.id} and placed.club_id = ${scene.club}`;
    return row;
  };

  test('puts the child on the level with its reason sealed, again on another, and a second one there changes nothing', async () => {
    const other = await otherTeacher();
    await teachMaya(other);
    expect(await push(scene.teacher, place(scene.teacher, 1))).toEqual(done);
    expect(await push(scene.teacher, place(scene.teacher, 2))).toEqual(done);
    const row = must(await standing(), 'she is placed');
    expect(row).toMatchObject({ number: 2, set_by: 'teacher', teacher_id: scene.teacher.id });
    expect(Buffer.from(row['reason_encrypted'] as Uint8Array).toString('latin1')).not.toContain('kingfisher');
    const again = place(other, 2, 'I think so too.');
    expect(await push(other, again)).toEqual(done);
    expect(await standing()).toEqual(row);
    expect(await noticesOf(other, again.id)).toMatchObject([{ code: 'already_done', message: commandAnswers.already_done }]);
  });

  test('reaches the child as the level of its progress, and never why', async () => {
    expect(await push(scene.teacher, place(scene.teacher, 3))).toEqual(done);
    await vi.waitFor(
      async () => {
        const { documents } = await scene.maya.pullAll('progress');
        expect(documents).toMatchObject([{ id: scene.maya.id, clubLevels: { [scene.club]: { level: 3, placed: { level: 3 } } } }]);
        expect(JSON.stringify(documents)).not.toContain('kingfisher');
      },
      { timeout: 20_000, interval: 100 },
    );
  });

  test('is refused without a reason, on no such level, and where the teacher does not reach the child', async () => {
    const before = await standing();
    expect(await codesOf(scene.teacher, place(scene.teacher, 1, '  '))).toEqual(['invalid_document']);
    expect(await codesOf(scene.teacher, place(scene.teacher, 99))).toEqual(['unknown_reference']);
    const leos = { studentId: scene.leo.id, clubId: scene.club, level: 1, reason: 'Out of reach.' };
    expect(await codesOf(scene.teacher, command(scene.teacher, 'place_on_level', leos))).toEqual(['not_allowed']);
    expect(await standing()).toEqual(before);
  });

  test('keeps nothing of a child whose key is gone', async () => {
    const ghost = { studentId: newId(), clubId: scene.club, level: 1, reason: 'Nobody knows any more.' };
    const asked = command(scene.teacher, 'place_on_level', ghost);
    // The same answer as for one out of reach.
    expect(await codesOf(scene.teacher, asked)).toEqual(['not_allowed']);
    expect(await scene.server.sql`select from rejected_pushes where document_id = ${asked.id}`).toHaveLength(0);
  });
});

describe('S31: dissolving a buddy group', () => {
  test('is for whoever forms groups in the class; the second hears that it is done already', async () => {
    const [group] = await scene.server.sql<{ id: string; classId: string }[]>`
      select buddies.id, buddies.class_id as "classId" from buddy_groups buddies
      join teacher_classes teaching on teaching.school_id = buddies.school_id and teaching.class_id = buddies.class_id
      where teaching.teacher_id = ${scene.teacher.id} and buddies.dissolved_at is null limit 1`;
    const { id: groupId } = must(group, 'the demo school has a buddy group in this class');
    const isDissolved = async () =>
      (await scene.server.sql`select from buddy_groups where id = ${groupId} and dissolved_at is not null`).length === 1;
    const dissolve = (by: Person, id = groupId) => command(by, 'dissolve_buddy_group', { groupId: id });

    for (const outside of [scene.riverside, scene.maya]) expect(await codesOf(outside, dissolve(outside))).toEqual(['not_allowed']);
    expect(await codesOf(scene.teacher, dissolve(scene.teacher, newId()))).toEqual(['not_allowed']);
    expect(await isDissolved()).toBe(false);

    expect(await push(scene.teacher, dissolve(scene.teacher))).toEqual(done);
    expect(await isDissolved()).toBe(true);
    const second = dissolve(scene.teacher);
    expect(await push(scene.teacher, second)).toEqual(done);
    expect(await noticesOf(scene.teacher, second.id)).toMatchObject([{ kind: 'command', code: 'already_done' }]);
    expect(await codesOf(scene.riverside, dissolve(scene.riverside))).toEqual(['not_allowed']);
  });
});
