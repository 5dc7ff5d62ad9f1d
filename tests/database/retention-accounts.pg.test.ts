import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dayOf, RetentionScene } from './retention-scene.ts';

/** What goes of people who have left, and what stays of them. */

const scene = RetentionScene.open();
const { retention, due, countOf, hold } = scene;

describe('accounts', () => {
  const leave = (day: string) =>
    scene.world.sql`update students set left_on = ${day} where school_id = ${scene.schoolId} and id = ${scene.child.id}`;

  test('of a child and its guardian go 30 days after the child left, the key first; consents stay a year', async () => {
    const { world, schoolId, clubId, child, mother } = scene;
    await world.sql`
      insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision)
      values (${schoolId}, ${randomUUID()}, ${child.id}, ${mother.id}, 'photo', 1, 'given')`;
    await world.sql`update users set created_at = '2025-01-01' where school_id = ${schoolId}`;
    await world.addCompletion(child, clubId);
    await leave(dayOf(-30));
    expect(await retention().apply(schoolId)).not.toHaveProperty('profiles');
    await leave(dayOf(-31));
    const erased: string[] = [];
    const removed = await retention({
      eraseSubject: async (_, studentId) => {
        expect(await world.sql`select from users where school_id = ${schoolId} and id = ${studentId}`).toHaveLength(1);
        erased.push(studentId);
      },
    }).apply(schoolId);
    expect(removed.profiles).toBe(2);
    expect(erased).toEqual([child.id]);
    for (const table of ['students', 'parents', 'parent_students', 'homework_completions']) expect(await countOf(table), table).toBe(0);
    expect(await world.sql`select left_on::text from student_consents where school_id = ${schoolId}`).toEqual([{ left_on: dayOf(-31) }]);
    await world.sql`update student_consents set left_on = '2025-11-23' where school_id = ${schoolId}`;
    expect(await retention().apply(schoolId)).toEqual({ consents: 1 });
  });

  test('of a held child stay, and with them the guardian’s', async () => {
    const { world, schoolId, child } = scene;
    await world.sql`update users set created_at = '2025-01-01' where school_id = ${schoolId}`;
    await leave('2025-01-01');
    await hold(child);
    await retention().apply(schoolId);
    expect(await countOf('students')).toBe(1);
    const erase = world.asWorker(schoolId, (sql) => sql`select app.erase_account(${child.id}, '\\x00')`);
    await expect(erase).rejects.toMatchObject({ code: '55000' });
  });

  test('of staff whose marks stay are emptied, not removed', async () => {
    const { world, schoolId, clubId, child, teacher } = scene;
    const completionId = await world.addCompletion(child, clubId);
    await world.addReview(teacher, child, completionId);
    await world.sql`update users set status = 'left', email_encrypted = '\\x01', email_index = '\\x02' where school_id = ${schoolId} and id = ${teacher.id}`;
    expect(await due('profiles')).toBe(0);
    await world.sql`update users set left_on = ${dayOf(-31)} where school_id = ${schoolId} and id = ${teacher.id}`;
    expect(await retention().apply(schoolId)).toMatchObject({ profiles: 1 });
    const [shell] = await world.sql`
      select status, email_encrypted, email_index, erased_on is not null as "isErased" from users where school_id = ${schoolId} and id = ${teacher.id}`;
    expect(shell).toEqual({ status: 'left', email_encrypted: null, email_index: null, isErased: true });
    for (const table of ['teacher_classes', 'credentials'])
      expect(
        await world.sql`select from ${world.sql(table)} where school_id = ${schoolId} and ${world.sql(table === 'credentials' ? 'user_id' : 'teacher_id')} = ${teacher.id}`,
      ).toHaveLength(0);
    expect(await due('profiles')).toBe(0);
  });
});
