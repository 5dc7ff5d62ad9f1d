import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#domain/permissions/catalogue.ts';
import { roleTemplates } from '#domain/permissions/roles.ts';
import { openWorld, type Person, type Transaction, type World } from './world.ts';

/** Who may do what, and above all who may not (S12, S14). */

let world: World;
let schoolId: string;
let classId: string;
let otherClassId: string;
let clubId: string;
let maya: Person;
let leo: Person;
let teacher: Person;
let otherTeacher: Person;
let assistant: Person;
let parent: Person;
let otherParent: Person;
let admin: Person;
let mayasWork: string;

beforeAll(async () => {
  world = await openWorld();
  schoolId = await world.addSchool();
  classId = await world.addClass(schoolId);
  otherClassId = await world.addClass(schoolId);
  clubId = await world.addClub(schoolId);
  [maya, leo] = [await world.addPerson(schoolId, 'student'), await world.addPerson(schoolId, 'student')];
  [teacher, otherTeacher] = [await world.addPerson(schoolId, 'teacher'), await world.addPerson(schoolId, 'teacher')];
  assistant = await world.addPerson(schoolId, 'teacher', 'teaching_assistant');
  [parent, otherParent] = [await world.addPerson(schoolId, 'parent'), await world.addPerson(schoolId, 'parent')];
  admin = await world.addPerson(schoolId, 'admin');
  await world.joinClass(maya, classId);
  await world.joinClass(leo, otherClassId);
  await world.teach(teacher, classId);
  await world.teach(assistant, classId);
  await world.teach(otherTeacher, otherClassId);
  await world.addGuardianship(parent, maya);
  await world.addGuardianship(otherParent, leo);
  mayasWork = await world.addCompletion(maya, clubId);
});
afterAll(() => world.close());

function log(sql: Transaction, student: Person, more: Record<string, unknown> = {}) {
  const row = {
    school_id: student.schoolId,
    id: randomUUID(),
    student_id: student.id,
    club_id: clubId,
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

const denied = { code: '42501' };

describe('the catalogue', () => {
  test('in the database is the one in the code', async () => {
    const rows = await world.sql`select name, audience, kind, sentence from permissions order by name`;
    expect([...rows]).toEqual(
      catalogue
        .map(({ name, audience, kind, sentence }) => ({ name, audience, kind, sentence }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
  });

  test('every school’s template roles are the ones in the code', async () => {
    const rows = await world.sql<{ name: string; permission: string; on_device: boolean }[]>`
      select role.name, held.permission, held.on_device from roles role
      join role_permissions held on held.school_id = role.school_id and held.role_id = role.id
      where role.school_id = ${schoolId} and role.is_template`;
    const asText = (list: readonly { name: string; permission: string; on_device: boolean }[]) =>
      list.map(({ name, permission, on_device }) => `${name} ${permission} ${on_device ? 'device' : 'online'}`).toSorted();
    const wanted = Object.values(roleTemplates).flatMap(({ name, permissions, onlineOnly }) =>
      permissions.map((permission) => ({ name, permission, on_device: !onlineOnly.some((online) => online === permission) })),
    );
    expect(asText(rows)).toEqual(asText(wanted));
  });

  test('a role cannot hold a write permission without reading its audience (S14)', async () => {
    const add = world.sql.begin(async (sql) => {
      const [role] = await sql<
        { id: string }[]
      >`insert into roles (school_id, name, relation) values (${schoolId}, 'writer', 'staff') returning id`;
      await sql`insert into role_permissions (school_id, role_id, permission) values (${schoolId}, ${role?.id ?? ''}, 'completion.review')`;
    });
    await expect(add).rejects.toMatchObject({ code: '23514' });
    const take = world.sql`
      delete from role_permissions where school_id = ${schoolId} and permission = 'student.read'
        and role_id = (select id from roles where school_id = ${schoolId} and name = 'teacher')`;
    await expect(take).rejects.toMatchObject({ code: '23514' });
  });
});

describe('reading', () => {
  async function seenBy(person: Person): Promise<Record<string, number>> {
    return world.as(person, async (sql) => {
      const [row] = await sql<Record<string, number>[]>`
        select (select count(*)::int from students) as students, (select count(*)::int from classes) as classes,
          (select count(*)::int from class_students) as rosters, (select count(*)::int from parent_students) as guardianships,
          (select count(*)::int from homework_completions) as completions, (select count(id)::int from users) as users`;
      return row ?? {};
    });
  }

  test('a child sees itself, its class and the staff; no classmate, no guardianship', async () => {
    expect(await seenBy(maya)).toEqual({ students: 1, classes: 1, rosters: 1, guardianships: 0, completions: 1, users: 5 });
  });
  test('a parent sees the own child, its class and the own guardianship', async () => {
    expect(await seenBy(parent)).toEqual({ students: 1, classes: 1, rosters: 1, guardianships: 1, completions: 1, users: 6 });
    expect(await seenBy(otherParent)).toMatchObject({ completions: 0 });
  });
  test('a teacher sees the own class, its children and their parents', async () => {
    expect(await seenBy(teacher)).toEqual({ students: 1, classes: 1, rosters: 1, guardianships: 1, completions: 1, users: 6 });
    expect(await seenBy(otherTeacher)).toMatchObject({ students: 1, completions: 0 });
  });
  test('a teaching assistant sees the children, not the guardianships', async () => {
    expect(await seenBy(assistant)).toEqual({ students: 1, classes: 1, rosters: 1, guardianships: 0, completions: 1, users: 5 });
  });
  test('a school admin sees the school', async () => {
    expect(await seenBy(admin)).toEqual({ students: 2, classes: 2, rosters: 2, guardianships: 2, completions: 1, users: 8 });
  });
  test('a data protection lead sees no child', async () => {
    const lead = await world.addPerson(schoolId, 'admin', null);
    await world.giveRole(schoolId, lead.id, 'data_protection_lead', { kind: 'school', target: schoolId });
    expect(await seenBy(lead)).toMatchObject({ students: 0, rosters: 0, guardianships: 0, completions: 0, classes: 2 });
    await world.sql`update users set status = 'left' where school_id = ${schoolId} and id = ${lead.id}`;
  });
  test('a class device sees the roster, and no homework', async () => {
    const device = await world.addPerson(schoolId, 'device', null);
    await world.giveRole(schoolId, device.id, 'class_device', { kind: 'class', target: classId });
    const seen = await seenBy(device);
    expect(seen).toMatchObject({ students: 1, rosters: 1, guardianships: 0, completions: 0, classes: 1 });
  });
  test('nobody reads an address', async () => {
    await expect(world.as(admin, (sql) => sql`select email_encrypted from users`)).rejects.toMatchObject(denied);
  });
});

describe('logging', () => {
  test('a child logs its own homework, the parent the child’s, the teacher the class’s', async () => {
    for (const person of [maya, parent, teacher, assistant]) expect((await world.as(person, (sql) => log(sql, maya))).count).toBe(1);
  });
  test('nobody logs for a child out of reach', async () => {
    for (const person of [leo, otherParent, otherTeacher, admin]) {
      await expect(world.as(person, (sql) => log(sql, maya))).rejects.toMatchObject(denied);
    }
  });
  test('the server’s columns are never the client’s (S12)', async () => {
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
    const id = randomUUID();
    await world.as(parent, (sql) => log(sql, maya, { id }));
    const [row] = await world.sql`select logged_by, logged_by_user_id, status from homework_completions where id = ${id}`;
    expect(row).toEqual({ logged_by: 'parent', logged_by_user_id: parent.id, status: 'submitted' });
  });
  test('a date that cannot be is credited within [last contact − 7 days, today], and flagged', async () => {
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
    await expect(world.as(leo, (sql) => log(sql, leo, { previous_attempt_id: mayasWork }))).rejects.toMatchObject({ code: '23503' });
  });
  test('an id that lies in another bucket is not taken over (S4)', async () => {
    const id = randomUUID();
    await world.as(maya, (sql) => log(sql, maya, { id }));
    await world.as(maya, (sql) => sql`delete from homework_completions where id = ${id}`);
    await expect(world.as(leo, (sql) => log(sql, leo, { id }))).rejects.toMatchObject({ code: '23505' });
  });
});

describe('changing', () => {
  test('only those who may change a child’s work do', async () => {
    for (const person of [maya, parent, teacher]) {
      expect((await world.as(person, (sql) => sql`update homework_completions set minutes = 20 where id = ${mayasWork}`)).count).toBe(1);
    }
    for (const person of [leo, otherParent, otherTeacher, assistant, admin]) {
      expect((await world.as(person, (sql) => sql`update homework_completions set minutes = 20 where id = ${mayasWork}`)).count).toBe(0);
      expect((await world.as(person, (sql) => sql`delete from homework_completions where id = ${mayasWork}`)).count).toBe(0);
    }
  });
  test('nobody moves work to another child', async () => {
    await expect(world.as(teacher, (sql) => sql`update homework_completions set student_id = ${leo.id}`)).rejects.toMatchObject(denied);
  });
  test('what is marked is not changed, until the mark is taken back; and never removed', async () => {
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
    for (const person of [teacher, assistant]) expect((await world.as(person, (sql) => mark(sql, person, maya, mayasWork))).count).toBe(1);
    for (const person of [maya, parent, otherTeacher, admin]) {
      await expect(world.as(person, (sql) => mark(sql, person, maya, mayasWork))).rejects.toMatchObject(denied);
    }
  });
  test('in one’s own name only', async () => {
    await expect(world.as(teacher, (sql) => mark(sql, assistant, maya, mayasWork))).rejects.toMatchObject(denied);
  });
  test('of the child whose work it is', async () => {
    await expect(world.as(otherTeacher, (sql) => mark(sql, otherTeacher, leo, mayasWork))).rejects.toMatchObject({ code: '23503' });
  });
  test('append only: no mark is changed, removed or dated', async () => {
    await expect(world.as(teacher, (sql) => sql`update completion_reviews set verdict = 'void'`)).rejects.toMatchObject(denied);
    await expect(world.as(teacher, (sql) => sql`delete from completion_reviews`)).rejects.toMatchObject(denied);
    await expect(world.as(teacher, (sql) => mark(sql, teacher, maya, mayasWork, { reviewed_at: '2020-01-01' }))).rejects.toMatchObject(
      denied,
    );
  });
  test('a teacher who is a parent does not mark the own child', async () => {
    const both = await world.addPerson(schoolId, 'teacher');
    await world.sql`insert into parents (school_id, id) values (${schoolId}, ${both.id})`;
    await world.giveRole(schoolId, both.id, 'parent');
    await world.addGuardianship(both, leo);
    const leosWork = await world.addCompletion(leo, clubId);
    expect((await world.as(both, (sql) => log(sql, leo))).count).toBe(1);
    await expect(world.as(both, (sql) => mark(sql, both, leo, leosWork))).rejects.toMatchObject(denied);
  });
});

describe('what only the server writes', () => {
  test('progress, roles, grants, people and classes are out of a request’s hands', async () => {
    const attempts: ((sql: Transaction) => Promise<unknown>)[] = [
      (sql) =>
        sql`insert into student_progress (school_id, student_id, current_run, longest_run, weeks, clubs) values (${schoolId}, ${maya.id}, 9, 9, '[]', '{}')`,
      (sql) => sql`insert into user_roles (school_id, user_id, role_id) values (${schoolId}, ${maya.id}, ${randomUUID()})`,
      (sql) => sql`update users set status = 'active'`,
      (sql) => sql`update classes set weekly_target = 1`,
      (sql) =>
        sql`insert into class_students (school_id, id, class_id, student_id) values (${schoolId}, ${randomUUID()}, ${otherClassId}, ${maya.id})`,
      (sql) =>
        sql`insert into parent_students (school_id, id, parent_id, student_id, relationship) values (${schoolId}, ${randomUUID()}, ${parent.id}, ${leo.id}, 'x')`,
      (sql) => sql`delete from notices`,
      (sql) => sql`select app.refresh_grants(${schoolId}, ${maya.id})`,
      (sql) => sql`select app.tick(${schoolId})`,
      (sql) => sql`select app.enter_worker(${schoolId})`,
    ];
    for (const person of [maya, parent, teacher, admin]) {
      for (const attempt of attempts) await expect(world.as(person, attempt)).rejects.toMatchObject(denied);
    }
  });
  test('a notice and a refused push are the person’s own', async () => {
    await world.as(
      maya,
      (sql) => sql`
      insert into notices (school_id, id, audience, user_id, kind, code, message) values (${schoolId}, ${randomUUID()}, 'account', ${maya.id}, 'rejection', 'not_allowed', 'No')`,
    );
    await expect(
      world.as(
        maya,
        (sql) => sql`
      insert into notices (school_id, id, audience, user_id, kind, code, message) values (${schoolId}, ${randomUUID()}, 'account', ${teacher.id}, 'rejection', 'not_allowed', 'No')`,
      ),
    ).rejects.toMatchObject(denied);
    await expect(
      world.as(
        maya,
        (sql) => sql`
      insert into rejected_pushes (school_id, id, user_id, collection, document_id, code, payload_encrypted)
      values (${schoolId}, ${randomUUID()}, ${leo.id}, 'completions', ${randomUUID()}, 'not_allowed', '\\x00')`,
      ),
    ).rejects.toMatchObject(denied);
    const seen = await world.as(teacher, (sql) => sql`select id from notices`);
    expect(seen.count).toBe(0);
  });
  test('a job derives status and progress, and reads no words', async () => {
    expect(
      (await world.asWorker(schoolId, (sql) => sql`update homework_completions set status = 'approved' where id = ${mayasWork}`)).count,
    ).toBe(1);
    await expect(world.asWorker(schoolId, (sql) => sql`select written_work_encrypted from homework_completions`)).rejects.toMatchObject(
      denied,
    );
    await expect(
      world.asWorker(schoolId, (sql) => sql`update homework_completions set completion_date = '2026-01-01'`),
    ).rejects.toMatchObject(denied);
    await expect(world.asWorker(schoolId, (sql) => sql`select name_encrypted from users`)).rejects.toMatchObject(denied);
  });
});
