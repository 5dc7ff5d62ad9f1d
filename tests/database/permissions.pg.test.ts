import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { catalogue } from '#domain/permissions/catalogue.ts';
import { roleTemplates } from '#domain/permissions/roles.ts';
import { PermissionsScene } from './permissions-scene.ts';
import { denied } from './refusals.ts';
import type { Person, Transaction } from './world.ts';

/** What the catalogue holds, who reads what by it, and what no request may write (S12, S14). */

const scene = PermissionsScene.open();

describe('the catalogue', () => {
  test('in the database is the one in the code', async () => {
    const { world } = scene;
    const rows = await world.sql`select name, audience, kind, sentence from permissions order by name`;
    expect([...rows]).toEqual(
      catalogue
        .map(({ name, audience, kind, sentence }) => ({ name, audience, kind, sentence }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
  });

  test('every school’s template roles are the ones in the code', async () => {
    const { world, schoolId } = scene;
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
    const { world, schoolId } = scene;
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
    return scene.world.as(person, async (sql) => {
      const [row] = await sql<Record<string, number>[]>`
        select (select count(*)::int from students) as students, (select count(*)::int from classes) as classes,
          (select count(*)::int from class_students) as rosters, (select count(*)::int from parent_students) as guardianships,
          (select count(*)::int from homework_completions) as completions, (select count(id)::int from users) as users`;
      return row ?? {};
    });
  }

  test('a child sees itself, its class and the staff; no classmate, no guardianship', async () => {
    const { maya } = scene;
    expect(await seenBy(maya)).toEqual({ students: 1, classes: 1, rosters: 1, guardianships: 0, completions: 1, users: 5 });
  });
  test('a parent sees the own child, its class and the own guardianship', async () => {
    const { parent, otherParent } = scene;
    expect(await seenBy(parent)).toEqual({ students: 1, classes: 1, rosters: 1, guardianships: 1, completions: 1, users: 6 });
    expect(await seenBy(otherParent)).toMatchObject({ completions: 0 });
  });
  test('a teacher sees the own class, its children and their parents', async () => {
    const { teacher, otherTeacher } = scene;
    expect(await seenBy(teacher)).toEqual({ students: 1, classes: 1, rosters: 1, guardianships: 1, completions: 1, users: 6 });
    expect(await seenBy(otherTeacher)).toMatchObject({ students: 1, completions: 0 });
  });
  test('a teaching assistant sees the children, not the guardianships', async () => {
    const { assistant } = scene;
    expect(await seenBy(assistant)).toEqual({ students: 1, classes: 1, rosters: 1, guardianships: 0, completions: 1, users: 5 });
  });
  test('a school admin sees the school', async () => {
    const { admin } = scene;
    expect(await seenBy(admin)).toEqual({ students: 2, classes: 2, rosters: 2, guardianships: 2, completions: 1, users: 8 });
  });
  test('a data protection lead sees no child', async () => {
    const { world, schoolId } = scene;
    const lead = await world.addPerson(schoolId, 'admin', null);
    await world.giveRole(schoolId, lead.id, 'data_protection_lead', { kind: 'school', target: schoolId });
    expect(await seenBy(lead)).toMatchObject({ students: 0, rosters: 0, guardianships: 0, completions: 0, classes: 2 });
    await world.sql`update users set status = 'left' where school_id = ${schoolId} and id = ${lead.id}`;
  });
  test('a class device sees the roster, and no homework', async () => {
    const { world, schoolId, classId } = scene;
    const device = await world.addPerson(schoolId, 'device', null);
    await world.giveRole(schoolId, device.id, 'class_device', { kind: 'class', target: classId });
    const seen = await seenBy(device);
    expect(seen).toMatchObject({ students: 1, rosters: 1, guardianships: 0, completions: 0, classes: 1 });
  });
  test('nobody reads an address', async () => {
    const { world, admin } = scene;
    await expect(world.as(admin, (sql) => sql`select email_encrypted from users`)).rejects.toMatchObject(denied);
  });
});

describe('what only the server writes', () => {
  test('progress, roles, grants, people and classes are out of a request’s hands', async () => {
    const { world, schoolId, otherClassId, maya, leo, teacher, parent, admin } = scene;
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
    const { world, schoolId, maya, leo, teacher } = scene;
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
    const { world, schoolId, mayasWork } = scene;
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
