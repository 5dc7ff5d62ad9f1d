import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PermissionsScene } from './permissions-scene.ts';
import { denied } from './refusals.ts';
import type { Person, Transaction } from './world.ts';

/** Who may log, change and mark homework, and above all who may not (S12, S14). */

const scene = PermissionsScene.open();

function log(sql: Transaction, student: Person, more: Record<string, unknown> = {}) {
  const row = {
    school_id: student.schoolId,
    id: randomUUID(),
    student_id: student.id,
    club_id: scene.clubId,
    completion_date: '2026-01-08',
    evidence_kind: 'written',
    captured_at: new Date().toISOString(),
    ...more,
  };
  return sql`insert into homework_completions ${sql(row)}`;
}

function mark(sql: Transaction, reviewer: Person, student: Person, completionId: string, more: Record<string, unknown> = {}) {
  const row = {
    school_id: student.schoolId,
    id: randomUUID(),
    completion_id: completionId,
    student_id: student.id,
    reviewer_id: reviewer.id,
    verdict: 'approved',
    captured_at: new Date().toISOString(),
    ...more,
  };
  return sql`insert into completion_reviews ${sql(row)}`;
}

describe('logging', () => {
  test('a child logs its own homework, the parent the child’s, the teacher the class’s', async () => {
    const { world, maya, teacher, assistant, parent } = scene;
    for (const person of [maya, parent, teacher, assistant]) expect((await world.as(person, (sql) => log(sql, maya))).count).toBe(1);
  });
  test('nobody logs for a child out of reach', async () => {
    const { world, maya, leo, otherTeacher, otherParent, admin } = scene;
    for (const person of [leo, otherParent, otherTeacher, admin]) {
      await expect(world.as(person, (sql) => log(sql, maya))).rejects.toMatchObject(denied);
    }
  });
  test('the server’s columns are never the client’s (S12)', async () => {
    const { world, maya, teacher } = scene;
    const claims = {
      status: 'approved',
      received_at: '2020-01-01',
      effective_date: '2026-01-01',
      logged_by: 'teacher',
      logged_by_user_id: teacher.id,
      punctuality: 'early',
      flags: [],
      moved_from: randomUUID(),
    };
    for (const [column, value] of Object.entries(claims)) {
      await expect(
        world.as(maya, (sql) => log(sql, maya, { [column]: value })),
        column,
      ).rejects.toMatchObject(denied);
      await expect(
        world.as(maya, (sql) => sql`update homework_completions set ${sql({ [column]: value })}`),
        column,
      ).rejects.toMatchObject(denied);
    }
  });
  test('who logged it follows from the session', async () => {
    const { world, maya, parent } = scene;
    const id = randomUUID();
    await world.as(parent, (sql) => log(sql, maya, { id }));
    const [row] = await world.sql`select logged_by, logged_by_user_id, status from homework_completions where id = ${id}`;
    expect(row).toEqual({ logged_by: 'parent', logged_by_user_id: parent.id, status: 'submitted' });
  });
  test('a date that cannot be is credited within [last contact − 7 days, today], and flagged', async () => {
    const { world, schoolId, clubId, maya } = scene;
    const device_id = randomUUID();
    const [early, late, fine] = [randomUUID(), randomUUID(), randomUUID()];
    await world.sql`
      insert into device_contacts (school_id, user_id, device_id, last_contact_at) values (${schoolId}, ${maya.id}, ${device_id}, now() - interval '10 days')`;
    await world.as(maya, async (sql) => {
      await log(sql, maya, { id: early, device_id, completion_date: '2020-01-01' });
      await log(sql, maya, { id: late, device_id, completion_date: '2099-01-01' });
      await sql`
        insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at, device_id)
        values (${schoolId}, ${fine}, ${maya.id}, ${clubId}, app.today(${schoolId}) - 17, 'written', now(), ${device_id})`;
    });
    const rows = await world.sql<{ id: string; back: number; flags: string[] }[]>`
      select id, app.today(school_id) - effective_date as back, flags from homework_completions where id in (${early}, ${late}, ${fine})`;
    const byId = new Map(rows.map((row) => [row.id, { back: row.back, flags: row.flags }]));
    expect(byId.get(early)).toEqual({ back: 17, flags: ['date_clamped'] });
    expect(byId.get(late)).toEqual({ back: 0, flags: ['date_clamped'] });
    expect(byId.get(fine)).toEqual({ back: 17, flags: [] });
  });
  test('a task of another class and one that is not there are refused alike', async () => {
    const { world, schoolId, classId, otherClassId, clubId, maya, leo, teacher, otherTeacher } = scene;
    const elsewhere = await world.addTask(schoolId, clubId, otherTeacher, { classId: otherClassId });
    const own = await world.addTask(schoolId, clubId, teacher, { classId });
    await expect(world.as(maya, (sql) => log(sql, maya, { task_id: elsewhere }))).rejects.toMatchObject({ code: '23503' });
    await expect(world.as(maya, (sql) => log(sql, maya, { task_id: randomUUID() }))).rejects.toMatchObject({ code: '23503' });
    // Security: scope before existence. For a child out of reach both are denied before the task is looked at.
    await expect(world.as(maya, (sql) => log(sql, leo, { task_id: elsewhere }))).rejects.toMatchObject(denied);
    await expect(world.as(maya, (sql) => log(sql, leo, { task_id: randomUUID() }))).rejects.toMatchObject(denied);
    const id = randomUUID();
    await world.as(maya, (sql) => log(sql, maya, { id, task_id: own, completion_date: '2026-01-09' }));
    expect(await world.sql`select punctuality is not null as judged from homework_completions where id = ${id}`).toMatchObject([
      { judged: true },
    ]);
  });
  test('an attempt cannot answer another child’s', async () => {
    const { world, leo, mayasWork } = scene;
    await expect(world.as(leo, (sql) => log(sql, leo, { previous_attempt_id: mayasWork }))).rejects.toMatchObject({ code: '23503' });
  });
  test('an id that lies in another bucket is not taken over (S4)', async () => {
    const { world, maya, leo } = scene;
    const id = randomUUID();
    await world.as(maya, (sql) => log(sql, maya, { id }));
    await world.as(maya, (sql) => sql`delete from homework_completions where id = ${id}`);
    await expect(world.as(leo, (sql) => log(sql, leo, { id }))).rejects.toMatchObject({ code: '23505' });
  });
});

describe('changing', () => {
  test('only those who may change a child’s work do', async () => {
    const { world, maya, leo, teacher, otherTeacher, assistant, parent, otherParent, admin, mayasWork } = scene;
    for (const person of [maya, parent, teacher]) {
      expect((await world.as(person, (sql) => sql`update homework_completions set minutes = 20 where id = ${mayasWork}`)).count).toBe(1);
    }
    for (const person of [leo, otherParent, otherTeacher, assistant, admin]) {
      expect((await world.as(person, (sql) => sql`update homework_completions set minutes = 20 where id = ${mayasWork}`)).count).toBe(0);
      expect((await world.as(person, (sql) => sql`delete from homework_completions where id = ${mayasWork}`)).count).toBe(0);
    }
  });
  test('nobody moves work to another child', async () => {
    const { world, leo, teacher } = scene;
    await expect(world.as(teacher, (sql) => sql`update homework_completions set student_id = ${leo.id}`)).rejects.toMatchObject(denied);
  });
  test('what is marked is not changed, until the mark is taken back; and never removed', async () => {
    const { world, clubId, maya, teacher } = scene;
    const id = await world.addCompletion(maya, clubId);
    const review = randomUUID();
    await world.as(teacher, (sql) => mark(sql, teacher, maya, id, { id: review }));
    const change = () => world.as(maya, (sql) => sql`update homework_completions set minutes = 5 where id = ${id}`);
    await expect(change()).rejects.toMatchObject({ code: 'SS409' });
    const readIt = () => world.as(maya, (sql) => sql`update homework_completions set activity = 'reading' where id = ${id}`);
    await expect(readIt()).rejects.toMatchObject({ code: 'SS409' });
    await world.as(teacher, (sql) => mark(sql, teacher, maya, id, { verdict: 'restored', restores: review }));
    expect((await change()).count).toBe(1);
    expect((await readIt()).count).toBe(1);
    await expect(
      world.as(maya, (sql) => sql`update homework_completions set activity = 'football' where id = ${id}`),
    ).rejects.toMatchObject({ code: '23514' });
    await expect(world.as(maya, (sql) => sql`delete from homework_completions where id = ${id}`)).rejects.toMatchObject({ code: 'SS409' });
  });
});

describe('marking', () => {
  test('the class’s staff marks, nobody else', async () => {
    const { world, maya, teacher, otherTeacher, assistant, parent, admin, mayasWork } = scene;
    for (const person of [teacher, assistant]) expect((await world.as(person, (sql) => mark(sql, person, maya, mayasWork))).count).toBe(1);
    for (const person of [maya, parent, otherTeacher, admin]) {
      await expect(world.as(person, (sql) => mark(sql, person, maya, mayasWork))).rejects.toMatchObject(denied);
    }
  });
  test('in one’s own name only', async () => {
    const { world, maya, teacher, assistant, mayasWork } = scene;
    await expect(world.as(teacher, (sql) => mark(sql, assistant, maya, mayasWork))).rejects.toMatchObject(denied);
  });
  test('of the child whose work it is', async () => {
    const { world, leo, otherTeacher, mayasWork } = scene;
    await expect(world.as(otherTeacher, (sql) => mark(sql, otherTeacher, leo, mayasWork))).rejects.toMatchObject({ code: '23503' });
  });
  test('append only: no mark is changed, removed or dated', async () => {
    const { world, maya, teacher, mayasWork } = scene;
    await expect(world.as(teacher, (sql) => sql`update completion_reviews set verdict = 'void'`)).rejects.toMatchObject(denied);
    await expect(world.as(teacher, (sql) => sql`delete from completion_reviews`)).rejects.toMatchObject(denied);
    await expect(world.as(teacher, (sql) => mark(sql, teacher, maya, mayasWork, { reviewed_at: '2020-01-01' }))).rejects.toMatchObject(
      denied,
    );
  });
  test('a teacher who is a parent does not mark the own child', async () => {
    const { world, schoolId, clubId, leo } = scene;
    const both = await world.addPerson(schoolId, 'teacher');
    await world.sql`insert into parents (school_id, id) values (${schoolId}, ${both.id})`;
    await world.giveRole(schoolId, both.id, 'parent');
    await world.addGuardianship(both, leo);
    const leosWork = await world.addCompletion(leo, clubId);
    expect((await world.as(both, (sql) => log(sql, leo))).count).toBe(1);
    await expect(world.as(both, (sql) => mark(sql, both, leo, leosWork))).rejects.toMatchObject(denied);
  });
});
