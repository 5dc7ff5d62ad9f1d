import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { TestDevice } from './device.ts';
import { denied, invalid, unknown } from './refusals.ts';
import { dayMs, inMs, RolesScene } from './roles-scene.ts';

/** A school's own roles: a role reads what it writes, and nobody changes their own roles or a role that they have. */

const scene = RolesScene.open();
const { template, copy, change, give, completionsSeenBy, readingVolunteer } = scene;

describe('a role of the school’s own', () => {
  test('begins as a copy of a template, and is no template', async () => {
    const { world, admin } = scene;
    const role = await copy(admin, 'teacher', 'Teacher without notes');
    const [row] = await world.sql`
      select name, relation, is_template, (select count(*)::int from role_permissions where role_id = ${role})
        - (select count(*)::int from role_permissions where role_id = ${await template('teacher')}) as difference
      from roles where id = ${role}`;
    expect(row).toEqual({ name: 'Teacher without notes', relation: 'staff', is_template: false, difference: 0 });
  });
  test('is made and changed by those alone who manage roles', async () => {
    const { maya, teacher, volunteer, admin } = scene;
    const role = await copy(admin, 'teaching_assistant');
    for (const person of [teacher, maya, volunteer]) {
      await expect(copy(person, 'student')).rejects.toMatchObject(denied);
      await expect(change(person, role, ['school.read'])).rejects.toMatchObject(denied);
    }
  });
  test('has a name of its own, and comes from a role of the school', async () => {
    const { world, admin } = scene;
    await expect(copy(admin, 'teacher', 'teacher')).rejects.toMatchObject({ code: '23505' });
    const elsewhere = await world.addSchool();
    const [foreign] = await world.sql<{ id: string }[]>`select id from roles where school_id = ${elsewhere} and name = 'teacher'`;
    await expect(
      world.as(admin, (sql) => sql`select app.copy_role(${foreign?.id ?? ''}, ${randomUUID()}, 'Theirs')`),
    ).rejects.toMatchObject(unknown);
  });
  test('a template is never changed', async () => {
    const { admin } = scene;
    await expect(change(admin, await template('teacher'), ['school.read'])).rejects.toMatchObject(unknown);
  });
  test('gets nothing that its maker does not hold for the whole school', async () => {
    const { admin } = scene;
    const role = await copy(admin, 'teaching_assistant');
    await change(admin, role, ['school.read', 'student.read']);
    await expect(change(admin, role, ['school.read', 'student.read', 'completion.review'])).rejects.toMatchObject(denied);
    await expect(change(admin, role, ['school.read', 'student.read', 'safeguarding_flag.handle'])).rejects.toMatchObject(denied);
    await change(admin, role, ['school.read', 'class_staff.read', 'device.enrol']);
  });
  test('keeps what it had, whoever holds it, and may lose it', async () => {
    const { world, admin } = scene;
    const role = await copy(admin, 'teacher');
    await change(admin, role, ['school.read', 'student.read', 'completion.review']);
    const rows = await world.sql<{ permission: string }[]>`select permission from role_permissions where role_id = ${role} order by 1`;
    expect(rows.map(({ permission }) => permission)).toEqual(['completion.review', 'school.read', 'student.read']);
  });
  test('reads what it writes (S14)', async () => {
    const { admin } = scene;
    const role = await copy(admin, 'teacher');
    await expect(change(admin, role, ['school.read', 'completion.review'])).rejects.toMatchObject(invalid);
    await expect(change(admin, role, ['school.read', 'excused_day.create'])).rejects.toMatchObject(invalid);
  });
  test('holds no permission that the catalogue does not know', async () => {
    const { admin } = scene;
    const role = await copy(admin, 'teacher');
    await expect(change(admin, role, ['school.read', 'everything.write'])).rejects.toMatchObject(unknown);
  });
  test('what is online only never reaches a device', async () => {
    const { world, willow, clubId, maya, volunteer, admin } = scene;
    const role = await readingVolunteer();
    await give(admin, { member: volunteer, role, kind: 'class', target: willow });
    await world.addCompletion(maya, clubId);
    const device = new TestDevice(world, volunteer, 5);
    await device.pull();
    expect(device.held('completions').size).toBe(1);
    await change(admin, role, ['school.read', 'class.read', 'student.read'], ['student.read']);
    await device.pull();
    expect(device.held('completions').size).toBe(0);
    expect(await completionsSeenBy(volunteer)).toBe(1);
  });
});

describe('no self-lift', () => {
  test('nobody dates or ends their own role', async () => {
    const { world, schoolId, admin } = scene;
    const [own] = await world.sql<{ id: string }[]>`select id from user_roles where school_id = ${schoolId} and user_id = ${admin.id}`;
    const id = own?.id ?? '';
    await expect(world.as(admin, (sql) => sql`select app.date_role(${id}, null, null)`)).rejects.toMatchObject(denied);
    await expect(world.as(admin, (sql) => sql`select app.end_role(${id})`)).rejects.toMatchObject(denied);
  });
  test('nobody changes a role that they have, or are to have', async () => {
    const { world, schoolId, admin } = scene;
    const clerk = await copy(admin, 'school_admin', 'Clerk');
    const helper = await world.addPerson(schoolId, 'admin', null);
    const wanted = ['school.read', 'account.read', 'role.manage'];
    await change(admin, clerk, wanted);
    const id = await give(admin, { member: helper, role: clerk, kind: 'school', target: schoolId });
    await expect(change(helper, clerk, wanted)).rejects.toMatchObject(denied);
    await world.as(admin, (sql) => sql`select app.date_role(${id}, ${inMs(dayMs)}, null)`);
    const other = await copy(admin, 'school_admin', 'Registrar');
    await change(admin, other, wanted);
    await give(admin, { member: helper, role: other, kind: 'school', target: schoolId });
    await expect(change(helper, clerk, wanted)).rejects.toMatchObject(denied);
    await world.as(admin, (sql) => sql`select app.end_role(${id})`);
    await change(helper, clerk, wanted);
  });
  test('nobody gets round the functions', async () => {
    const { world, schoolId, teacher, admin } = scene;
    const role = await readingVolunteer();
    for (const person of [admin, teacher]) {
      for (const attempt of [
        () => world.as(person, (sql) => sql`update user_roles set valid_until = null`),
        () => world.as(person, (sql) => sql`delete from user_roles`),
        () =>
          world.as(
            person,
            (sql) => sql`insert into role_permissions (school_id, role_id, permission) values (${schoolId}, ${role}, 'completion.review')`,
          ),
        () => world.as(person, (sql) => sql`update roles set relation = 'staff'`),
        () => world.as(person, (sql) => sql`select app.require_held(${role}, 'self', null, null)`),
      ]) {
        await expect(attempt()).rejects.toMatchObject(denied);
      }
    }
  });
  test('without app.enter none of it works', async () => {
    const { world } = scene;
    const nobody = world.pool('authenticated_user');
    await expect(nobody`select app.copy_role(${await template('teacher')}, ${randomUUID()}, 'Mine')`).rejects.toMatchObject(denied);
    await expect(nobody`select app.end_role(${randomUUID()})`).rejects.toMatchObject(denied);
  });
});
