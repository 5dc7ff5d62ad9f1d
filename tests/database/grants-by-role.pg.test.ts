import { expect, test } from 'vitest';
import { GrantsScene, only } from './grants-scene.ts';

/** S5, S27: grants follow from roles, from when they begin to when they end, and from what a role may read on devices. */

const scene = GrantsScene.open();
const { devicesOf, readable } = scene;

test('S5: expires_at cuts at once; the job then closes the grant, and devices forget', async () => {
  const { world, schoolId, willow, clubId, maya } = scene;
  await world.addCompletion(maya, clubId);
  const helper = await world.addPerson(schoolId, 'teacher', null);
  await world.giveRole(schoolId, helper.id, 'teaching_assistant', { kind: 'class', target: willow }, world.sql, {
    until: new Date(Date.now() + 400),
  });
  const device = only(await devicesOf(helper));
  expect(device.held('completions').size).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 450));
  expect(await readable(helper)).toBe(0);
  const unseen = await world.addCompletion(maya, clubId);
  await device.pull();
  expect(device.holds('completions', unseen)).toBe(false);
  expect(await world.asWorker(schoolId, (sql) => sql`select app.turn_dates(${schoolId}) as users`)).toEqual([{ users: 1 }]);
  await device.pull();
  expect(device.held('completions').size).toBe(0);
});

test('S5: extending a grant that has expired closes it and opens another, with what happened meanwhile', async () => {
  const { world, schoolId, willow, clubId, maya } = scene;
  const helper = await world.addPerson(schoolId, 'teacher', null);
  const role = await world.giveRole(schoolId, helper.id, 'teaching_assistant', { kind: 'class', target: willow }, world.sql, {
    until: new Date(Date.now() + 300),
  });
  const device = only(await devicesOf(helper));
  await new Promise((resolve) => setTimeout(resolve, 350));
  const meanwhile = await world.addCompletion(maya, clubId);
  await device.pull();
  await world.sql`update user_roles set valid_until = now() + interval '1 day' where id = ${role}`;
  await device.pull();
  expect(device.holds('completions', meanwhile)).toBe(true);
  const grants =
    await world.sql`select to_version is null as open from access_grants where user_id = ${helper.id} and audience = 'student' order by from_version`;
  expect(grants).toEqual([{ open: false }, { open: true }]);
});

test('S5: a role and a relation whose time comes are opened by the job', async () => {
  const { world, schoolId, willow, acorn, clubId, maya, nextTeacher } = scene;
  const helper = await world.addPerson(schoolId, 'teacher', null);
  await world.giveRole(schoolId, helper.id, 'teaching_assistant', { kind: 'class', target: willow }, world.sql, {
    from: new Date(Date.now() + 300),
  });
  await world.sql`update school_clock set dates_turned_at = now() where school_id = ${schoolId}`;
  expect((await world.sql`select from access_grants where user_id = ${helper.id}`).length).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 350));
  await world.asWorker(schoolId, (sql) => sql`select app.turn_dates(${schoolId})`);
  expect((await world.sql`select from access_grants where user_id = ${helper.id} and audience = 'student'`).length).toBe(1);

  // As if the membership had been written yesterday, to begin today.
  const tomorrow = await world.joinClass(maya, acorn, { from: '2999-01-01' });
  expect(await readable(nextTeacher)).toBe(0);
  await world.addCompletion(maya, clubId);
  await world.sql`alter table class_students disable trigger user`;
  await world.sql`update class_students set from_on = app.today(school_id) where id = ${tomorrow}`;
  await world.sql`alter table class_students enable trigger user`;
  await world.asWorker(schoolId, (sql) => sql`select app.turn_dates(${schoolId})`);
  expect(await readable(nextTeacher)).toBe(1);
  const [roster] = await world.sql`select is_deleted from sync_index where document_id = ${tomorrow}`;
  expect(roster).toEqual({ is_deleted: false });
});

test('S27: suspension ends sessions and closes every grant', async () => {
  const { world, teacher } = scene;
  const device = only(await devicesOf(teacher));
  expect(device.held('people').size).toBeGreaterThan(0);
  await world.sql`update users set status = 'suspended' where id = ${teacher.id}`;
  await expect(readable(teacher)).rejects.toMatchObject({ code: 'SS401' });
  expect(await world.sql`select from access_grants where user_id = ${teacher.id} and to_version is null`).toHaveLength(0);
  expect(await world.sql`select from sessions where user_id = ${teacher.id}`).toHaveLength(0);
});

test('what is read online only never reaches a device; becoming both, it does', async () => {
  const { world, schoolId, clubId, maya } = scene;
  const admin = await world.addPerson(schoolId, 'admin');
  await world.addCompletion(maya, clubId);
  const device = only(await devicesOf(admin));
  expect(await readable(admin)).toBe(1);
  expect(device.held('completions').size).toBe(0);
  expect(device.held('classes').size).toBe(2);
  expect(await world.as(admin, (sql) => sql`select app.on_device_audiences() as audiences`)).toEqual([
    { audiences: ['account', 'class', 'school'] },
  ]);

  await world.sql`insert into parents (school_id, id) values (${schoolId}, ${admin.id})`;
  await world.giveRole(schoolId, admin.id, 'parent');
  const link = await world.addGuardianship(admin, maya);
  await device.pull();
  expect(device.held('completions').size).toBe(1);
  await world.sql`delete from parent_students where id = ${link}`;
  await device.pull();
  expect(device.held('completions').size).toBe(0);
  expect(await readable(admin)).toBe(1);
});

test('a role that loses a permission loses its audience everywhere', async () => {
  const { world, schoolId, maya, parent, guardianship } = scene;
  const device = only(await devicesOf(parent));
  expect(device.holds('people', guardianship)).toBe(true);
  await world.sql`
    delete from role_permissions where school_id = ${schoolId} and permission in ('guardianship.read', 'note.create')
      and role_id = (select id from roles where school_id = ${schoolId} and name = 'parent')`;
  await device.pull();
  expect(device.holds('people', guardianship)).toBe(false);
  expect(device.holds('people', maya.id)).toBe(true);
});
