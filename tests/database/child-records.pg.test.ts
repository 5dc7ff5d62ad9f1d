import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { RecordsScene } from './records-scene.ts';
import { denied, invalid, taken, unknown } from './refusals.ts';

/** What stands around a child's homework: who may write what of it, and what must never come to be. */

const scene = RecordsScene.open();
const { seen, bucket, insert } = scene;

const outOfRange = { code: 'SS428' };

describe('notes', () => {
  const note = (more: Record<string, unknown>) => ({
    student_id: scene.place.student.id,
    completion_id: scene.place.completionId,
    guardianship_id: scene.place.guardianshipId,
    helped: true,
    ...more,
  });
  test('lie in the bucket of one guardianship: the child and the other parent never see them', async () => {
    const { place, elsewhere, father, assistant } = scene;
    expect(await bucket('notes', place.noteId)).toEqual({ audience: 'guardianship', scope: place.guardianshipId, isDeleted: false });
    for (const person of [place.parent, place.teacher]) expect(await seen(person, 'parent_notes', place.noteId)).toBe(true);
    for (const person of [place.student, father, assistant, elsewhere.teacher, elsewhere.parent]) {
      expect(await seen(person, 'parent_notes', place.noteId), person.kind).toBe(false);
    }
  });
  test('are written in one’s own name, in one’s own guardianship, about that child’s work', async () => {
    const { place, elsewhere, father, fathersLink } = scene;
    await insert(father, 'parent_notes', note({ guardianship_id: fathersLink, author_id: father.id }));
    await insert(place.teacher, 'parent_notes', note({ author_id: place.teacher.id, text_encrypted: randomBytes(40) }));
    await expect(insert(father, 'parent_notes', note({ author_id: father.id }))).rejects.toMatchObject(denied);
    await expect(insert(place.parent, 'parent_notes', note({ author_id: father.id }))).rejects.toMatchObject(denied);
    await expect(
      insert(place.parent, 'parent_notes', note({ author_id: place.parent.id, completion_id: elsewhere.completionId })),
    ).rejects.toMatchObject(unknown);
    await expect(
      insert(place.parent, 'parent_notes', note({ author_id: place.parent.id, student_id: elsewhere.student.id })),
    ).rejects.toMatchObject(unknown);
  });
  test('say something, and are short', async () => {
    const { place } = scene;
    const own = { author_id: place.parent.id };
    await expect(insert(place.parent, 'parent_notes', note({ ...own, helped: null }))).rejects.toMatchObject(invalid);
    await expect(insert(place.parent, 'parent_notes', note({ ...own, text_encrypted: randomBytes(2000) }))).rejects.toMatchObject(invalid);
  });
  test('go with their guardianship', async () => {
    const { world, schoolId, place } = scene;
    const mother = await world.addPerson(schoolId, 'parent');
    const link = await world.addGuardianship(mother, place.student);
    const id = randomUUID();
    await insert(mother, 'parent_notes', note({ id, guardianship_id: link, author_id: mother.id }));
    await world.sql`delete from users where school_id = ${schoolId} and id = ${mother.id}`;
    expect(await bucket('notes', id)).toMatchObject({ isDeleted: true });
  });
});

describe('excused days', () => {
  const excuse = (day: string, more: Record<string, unknown> = {}) => ({
    student_id: scene.place.student.id,
    day,
    state: 'excused',
    captured_at: new Date(),
    ...more,
  });
  async function daysAgo(days: number): Promise<string> {
    const [row] = await scene.world.sql<{ day: string }[]>`select app.today(${scene.schoolId}) - ${days}::integer as day`;
    return row?.day ?? '';
  }
  test('are set by a parent or staff, up to 28 days back and ahead, and say by whom', async () => {
    const { world, place, elsewhere, assistant, admin } = scene;
    const id = randomUUID();
    await insert(place.parent, 'excused_days', excuse(await daysAgo(28), { id }));
    expect(await world.sql`select set_by from excused_days where id = ${id}`).toEqual([{ set_by: place.parent.id }]);
    expect(await bucket('excused_days', id)).toEqual({ audience: 'student', scope: place.student.id, isDeleted: false });
    for (const person of [place.teacher, assistant]) await insert(person, 'excused_days', excuse(await daysAgo(1)));
    await insert(place.parent, 'excused_days', excuse(await daysAgo(-28)));
    for (const days of [29, -29])
      await expect(insert(place.parent, 'excused_days', excuse(await daysAgo(days)))).rejects.toMatchObject(outOfRange);
    for (const person of [place.student, elsewhere.parent, elsewhere.teacher, admin]) {
      await expect(insert(person, 'excused_days', excuse(await daysAgo(1)))).rejects.toMatchObject(denied);
    }
  });
  test('count from a device’s last contact: what was excused offline is not too late', async () => {
    const { world, schoolId, place } = scene;
    const device_id = randomUUID();
    await world.sql`
      insert into device_contacts (school_id, user_id, device_id, last_contact_at)
      values (${schoolId}, ${place.parent.id}, ${device_id}, now() - interval '14 days')`;
    await insert(place.parent, 'excused_days', excuse(await daysAgo(41), { device_id }));
    await expect(insert(place.parent, 'excused_days', excuse(await daysAgo(43), { device_id }))).rejects.toMatchObject(outOfRange);
  });
  test('are taken back by a row that names the one, of the same child and day', async () => {
    const { place } = scene;
    const [id, day] = [randomUUID(), await daysAgo(2)];
    await insert(place.parent, 'excused_days', excuse(day, { id }));
    await insert(place.teacher, 'excused_days', excuse(day, { state: 'withdrawn', withdraws: id }));
    await expect(insert(place.parent, 'excused_days', excuse(day, { state: 'withdrawn' }))).rejects.toMatchObject(invalid);
    await expect(
      insert(place.parent, 'excused_days', excuse(await daysAgo(3), { state: 'withdrawn', withdraws: id })),
    ).rejects.toMatchObject(unknown);
  });
  test('are never changed or removed, and tell no reason', async () => {
    const { world, place } = scene;
    await expect(world.as(place.parent, (sql) => sql`update excused_days set day = '2026-01-01'`)).rejects.toMatchObject(denied);
    await expect(world.as(place.parent, (sql) => sql`delete from excused_days`)).rejects.toMatchObject(denied);
    const columns = await world.sql<{ name: string }[]>`
      select column_name as name from information_schema.columns where table_name = 'excused_days' and data_type in ('text', 'bytea', 'jsonb')`;
    expect(columns.map(({ name }) => name)).toEqual(['state']);
  });
});

describe('levels', () => {
  const placing = (more: Record<string, unknown>) => ({
    student_id: scene.place.student.id,
    club_id: scene.place.otherClubId,
    level_id: scene.place.otherLevelId,
    set_by: 'teacher',
    teacher_id: scene.place.teacher.id,
    reason_encrypted: randomBytes(20),
    ...more,
  });
  test('are what staff see: a child and its parents do not', async () => {
    const { place } = scene;
    expect(await bucket('levels', place.studentLevelId)).toEqual({ audience: 'student_staff', scope: place.student.id, isDeleted: false });
    expect(await seen(place.teacher, 'student_levels', place.studentLevelId)).toBe(true);
    for (const person of [place.student, place.parent]) expect(await seen(person, 'student_levels', place.studentLevelId)).toBe(false);
  });
  test('are given by a teacher with a reason, in the teacher’s own name, of the same club', async () => {
    const { place, assistant } = scene;
    await expect(insert(place.teacher, 'student_levels', placing({ reason_encrypted: null }))).rejects.toMatchObject(invalid);
    await expect(insert(place.teacher, 'student_levels', placing({ teacher_id: assistant.id }))).rejects.toMatchObject(denied);
    await expect(insert(place.teacher, 'student_levels', placing({ set_by: 'progress', teacher_id: null }))).rejects.toMatchObject(denied);
    await expect(insert(place.teacher, 'student_levels', placing({ level_id: place.levelId }))).rejects.toMatchObject(unknown);
    await insert(place.teacher, 'student_levels', placing({}));
    await expect(insert(place.teacher, 'student_levels', placing({}))).rejects.toMatchObject(taken);
  });
});

describe('badges', () => {
  test('every school begins with the built-in ones', async () => {
    const { world, schoolId } = scene;
    const [row] = await world.sql`
      select count(*)::int as count, count(*) filter (where given_by = 'teacher')::int as "byTeacher"
      from badges where school_id = ${schoolId} and code is not null`;
    expect(row).toEqual({ count: 27, byTeacher: 1 });
  });
  test('a teacher gives what teachers give, once, and never what a rule gives', async () => {
    const { world, schoolId, place } = scene;
    const [rule] = await world.sql<{ id: string }[]>`select id from badges where school_id = ${schoolId} and code = 'century'`;
    const badge = { student_id: place.student.id, given_by: 'teacher', teacher_id: place.teacher.id, awarded_on: '2026-01-09' };
    await insert(place.teacher, 'student_badges', { ...badge, badge_id: place.otherBadgeId });
    await expect(insert(place.teacher, 'student_badges', { ...badge, badge_id: place.otherBadgeId })).rejects.toMatchObject(taken);
    await expect(insert(place.teacher, 'student_badges', { ...badge, badge_id: rule?.id ?? '' })).rejects.toMatchObject(unknown);
    await expect(
      insert(place.teacher, 'student_badges', { ...badge, badge_id: rule?.id ?? '', given_by: 'rule', teacher_id: null }),
    ).rejects.toMatchObject(denied);
  });
  test('a school’s own badge is a teacher’s to give', async () => {
    const { place, admin } = scene;
    const badge = { name: 'Brave', sentence: 'You were brave.', picture: 'lion' };
    await insert(admin, 'badges', { ...badge, given_by: 'teacher' });
    await expect(insert(admin, 'badges', { ...badge, given_by: 'rule' })).rejects.toMatchObject(invalid);
    await expect(insert(place.teacher, 'badges', { ...badge, given_by: 'teacher' })).rejects.toMatchObject(denied);
  });
});

test('an evidence’s state shows in the receipt of its work, and what is withdrawn is nowhere', async () => {
  const { world, schoolId, place, elsewhere } = scene;
  const before = await world.versionOf(schoolId);
  await world.as(place.student, (sql) => sql`update evidence set state = 'uploading' where id = ${place.evidenceId}`);
  const touched = await world.sql`select collection, document_id from sync_index where school_id = ${schoolId} and version > ${before}`;
  expect(touched).toEqual([{ collection: 'receipts', document_id: place.completionId }]);
  await expect(world.sql`update evidence set state = 'ready' where id = ${place.evidenceId}`).rejects.toMatchObject(invalid);
  await expect(
    world.sql`update evidence set state = 'withdrawn', storage_key = 'abc' where id = ${place.evidenceId}`,
  ).rejects.toMatchObject(invalid);
  await expect(
    insert(place.student, 'evidence', { completion_id: elsewhere.completionId, student_id: place.student.id, kind: 'photo' }),
  ).rejects.toMatchObject(unknown);
});
