import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { TestDevice } from './device.ts';
import { passDay } from './pass-day.ts';
import { denied, invalid, unknown } from './refusals.ts';
import { dayMs, inMs, RolesScene } from './roles-scene.ts';

/** Who has a role where and until when: nobody gives what they do not hold, there and for as long; and dates cut on time, on devices too. */

const scene = RolesScene.open();
const { template, copy, change, give, completionsSeenBy, readingVolunteer } = scene;

describe('giving a role', () => {
  test('reaches the class it is given for, and no other', async () => {
    const { world, willow, clubId, maya, leo, volunteer, admin } = scene;
    await world.addCompletion(maya, clubId);
    await world.addCompletion(leo, clubId);
    await give(admin, { member: volunteer, role: await readingVolunteer(), kind: 'class', target: willow });
    expect(await completionsSeenBy(volunteer)).toBe(1);
  });
  test('reaches the school, one child, or nobody but oneself', async () => {
    const { world, schoolId, clubId, maya, leo, volunteer, admin } = scene;
    await world.addCompletion(maya, clubId);
    await world.addCompletion(leo, clubId);
    const role = await readingVolunteer();
    const seen: number[] = [];
    for (const scope of [
      { kind: 'school', target: schoolId },
      { kind: 'student', target: leo.id },
      { kind: 'self', target: null },
    ]) {
      const id = await give(admin, { member: volunteer, role, ...scope });
      seen.push(await completionsSeenBy(volunteer));
      await world.as(admin, (sql) => sql`select app.end_role(${id})`);
    }
    expect(seen).toEqual([2, 1, 0]);
  });
  test('is for those who assign roles', async () => {
    const { willow, maya, leo, teacher, volunteer } = scene;
    const role = await readingVolunteer();
    for (const person of [teacher, maya, volunteer]) {
      await expect(give(person, { member: leo, role, kind: 'class', target: willow })).rejects.toMatchObject(denied);
    }
  });
  test('nobody gives what they do not hold: an admin makes no marker and no safeguarding lead', async () => {
    const { world, schoolId, willow, volunteer, admin } = scene;
    for (const name of ['teacher', 'teaching_assistant', 'safeguarding_lead']) {
      const role = await template(name);
      await expect(give(admin, { member: volunteer, role, kind: 'school', target: schoolId })).rejects.toMatchObject(denied);
      await expect(give(admin, { member: volunteer, role, kind: 'class', target: willow })).rejects.toMatchObject(denied);
      await expect(give(admin, { member: volunteer, role, kind: 'self' })).rejects.toMatchObject(denied);
    }
    expect(await world.sql`select from user_roles where school_id = ${schoolId} and user_id = ${volunteer.id}`).toHaveLength(0);
  });
  test('a safeguarding lead names another, an admin an admin', async () => {
    const { world, schoolId, admin } = scene;
    const lead = await world.addPerson(schoolId, 'admin', null);
    await world.giveRole(schoolId, lead.id, 'safeguarding_lead', { kind: 'school', target: schoolId });
    const deputy = await world.addPerson(schoolId, 'teacher');
    await give(lead, { member: deputy, role: await template('safeguarding_lead'), kind: 'school', target: schoolId });
    const successor = await world.addPerson(schoolId, 'admin', null);
    await give(admin, { member: successor, role: await template('school_admin'), kind: 'school', target: schoolId });
    await expect(
      give(lead, { member: successor, role: await template('school_admin'), kind: 'school', target: schoolId }),
    ).rejects.toMatchObject(denied);
  });
  test('what is held for one class is given for that class and its children alone', async () => {
    const { world, schoolId, willow, acorn, maya, leo, volunteer, admin } = scene;
    const head = await world.addPerson(schoolId, 'teacher');
    await world.teach(head, willow);
    const [clerk] = [await copy(admin, 'school_admin', 'Clerk')];
    await change(admin, clerk, ['school.read', 'account.read', 'role.assign']);
    await give(admin, { member: head, role: clerk, kind: 'school', target: schoolId });
    const assistant = await template('teaching_assistant');
    await give(head, { member: volunteer, role: assistant, kind: 'class', target: willow });
    await give(head, { member: volunteer, role: assistant, kind: 'student', target: maya.id });
    for (const scope of [
      { kind: 'class', target: acorn },
      { kind: 'student', target: leo.id },
      { kind: 'school', target: schoolId },
      { kind: 'self', target: null },
    ]) {
      await expect(give(head, { member: volunteer, role: assistant, ...scope })).rejects.toMatchObject(denied);
    }
  });
  test('a child in two classes is not held through one of them', async () => {
    const { world, schoolId, acorn, maya, teacher, volunteer, admin } = scene;
    await world.joinClass(maya, acorn);
    const [clerk] = [await copy(admin, 'school_admin', 'Clerk')];
    await change(admin, clerk, ['school.read', 'account.read', 'role.assign']);
    await give(admin, { member: teacher, role: clerk, kind: 'school', target: schoolId });
    await expect(
      give(teacher, { member: volunteer, role: await template('teaching_assistant'), kind: 'student', target: maya.id }),
    ).rejects.toMatchObject(denied);
  });
  test('what is held until Friday is given until Friday at most', async () => {
    const { world, schoolId, willow, volunteer, admin } = scene;
    const role = await readingVolunteer();
    const deputy = await world.addPerson(schoolId, 'admin', null);
    await world.giveRole(schoolId, deputy.id, 'school_admin', { kind: 'school', target: schoolId }, world.sql, { until: inMs(5 * dayMs) });
    const scope = { kind: 'class', target: willow };
    await expect(give(deputy, { member: volunteer, role, ...scope })).rejects.toMatchObject(denied);
    await expect(give(deputy, { member: volunteer, role, ...scope, until: inMs(6 * dayMs) })).rejects.toMatchObject(denied);
    const id = await give(deputy, { member: volunteer, role, ...scope, until: inMs(4 * dayMs) });
    await expect(world.as(deputy, (sql) => sql`select app.date_role(${id}, null, null)`)).rejects.toMatchObject(denied);
    await world.as(admin, (sql) => sql`select app.date_role(${id}, null, null)`);
  });
  test('a write on the whole school is not held through a role for one class', async () => {
    const { world, schoolId, willow } = scene;
    const helper = await world.addPerson(schoolId, 'teacher', null);
    await world.giveRole(schoolId, helper.id, 'school_admin', { kind: 'class', target: willow });
    await expect(copy(helper, 'student')).rejects.toMatchObject(denied);
    const change = await world.as(helper, (sql) => sql`update schools set name = 'Mine'`);
    expect(change.count).toBe(0);
  });
  test('nobody gives themselves a role, not even one that they hold', async () => {
    const { schoolId, admin } = scene;
    await expect(
      give(admin, { member: admin, role: await template('school_admin'), kind: 'school', target: schoolId }),
    ).rejects.toMatchObject(denied);
    await expect(give(admin, { member: admin, role: await readingVolunteer(), kind: 'self' })).rejects.toMatchObject(denied);
  });
  test('children, guardians and devices have roles of their own', async () => {
    const { world, schoolId, willow, maya, teacher, admin } = scene;
    const role = await readingVolunteer();
    await expect(give(admin, { member: maya, role, kind: 'class', target: willow })).rejects.toMatchObject(invalid);
    const device = await world.addPerson(schoolId, 'device', null);
    await expect(give(admin, { member: device, role, kind: 'class', target: willow })).rejects.toMatchObject(invalid);
    const own = await copy(admin, 'class_device');
    await expect(give(admin, { member: teacher, role: own, kind: 'class', target: willow })).rejects.toMatchObject(invalid);
  });
  test('to somebody, of a role and at a scope of this school', async () => {
    const { world, willow, teacher, volunteer, admin } = scene;
    const role = await readingVolunteer();
    const elsewhere = await world.addSchool();
    const stranger = await world.addPerson(elsewhere, 'teacher');
    const foreignClass = await world.addClass(elsewhere);
    await expect(give(admin, { member: stranger, role, kind: 'class', target: willow })).rejects.toMatchObject(unknown);
    await expect(give(admin, { member: volunteer, role: randomUUID(), kind: 'class', target: willow })).rejects.toMatchObject(unknown);
    for (const scope of [
      { kind: 'class', target: foreignClass },
      { kind: 'student', target: teacher.id },
      { kind: 'school', target: elsewhere },
      { kind: 'self', target: willow },
      { kind: 'group', target: willow },
    ]) {
      await expect(give(admin, { member: volunteer, role, ...scope })).rejects.toMatchObject(unknown);
    }
  });
});

describe('dates', () => {
  test('a role that ends is cut at once and leaves the device at its next pull', async () => {
    const { world, willow, clubId, maya, volunteer, admin } = scene;
    await world.addCompletion(maya, clubId);
    const id = await give(admin, { member: volunteer, role: await readingVolunteer(), kind: 'class', target: willow });
    const device = new TestDevice(world, volunteer, 5);
    await device.pull();
    expect(device.held('completions').size).toBe(1);
    await world.as(admin, (sql) => sql`select app.end_role(${id})`);
    expect(await completionsSeenBy(volunteer)).toBe(0);
    await device.pull();
    expect(device.held('completions').size).toBe(0);
    const [kept] = await world.sql`select valid_until <= now() as ended from user_roles where id = ${id}`;
    expect(kept).toEqual({ ended: true });
  });
  test('valid_until cuts to the moment; the job closes the grant and the device forgets', async () => {
    const { world, schoolId, willow, clubId, maya, volunteer, admin } = scene;
    await world.addCompletion(maya, clubId);
    const role = await readingVolunteer();
    await give(admin, { member: volunteer, role, kind: 'class', target: willow, until: inMs(dayMs / 2) });
    const device = new TestDevice(world, volunteer, 5);
    await device.pull();
    expect(device.held('completions').size).toBe(1);
    await passDay(world, schoolId);
    expect(await completionsSeenBy(volunteer)).toBe(0);
    await world.asWorker(schoolId, (sql) => sql`select app.turn_dates(${schoolId})`);
    await device.pull();
    expect(device.held('completions').size).toBe(0);
    expect(await world.sql`select from access_grants where user_id = ${volunteer.id} and to_version is null`).toHaveLength(0);
  });
  test('valid_from opens when its time has come; a role that had not begun is taken back whole', async () => {
    const { world, schoolId, willow, acorn, clubId, maya, volunteer, admin } = scene;
    await world.addCompletion(maya, clubId);
    const role = await readingVolunteer();
    await give(admin, { member: volunteer, role, kind: 'class', target: willow, from: inMs(dayMs / 2) });
    const later = await give(admin, { member: volunteer, role, kind: 'class', target: acorn, from: inMs(2 * dayMs) });
    expect(await completionsSeenBy(volunteer)).toBe(0);
    await passDay(world, schoolId);
    await world.asWorker(schoolId, (sql) => sql`select app.turn_dates(${schoolId})`);
    expect(await completionsSeenBy(volunteer)).toBe(1);
    await world.as(admin, (sql) => sql`select app.end_role(${later})`);
    expect(await world.sql`select from user_roles where id = ${later}`).toHaveLength(0);
  });
  test('the end of one role leaves what another still gives', async () => {
    const { world, willow, clubId, maya, volunteer, admin } = scene;
    await world.addCompletion(maya, clubId);
    const role = await readingVolunteer();
    const first = await give(admin, { member: volunteer, role, kind: 'class', target: willow });
    await give(admin, { member: volunteer, role, kind: 'student', target: maya.id });
    const device = new TestDevice(world, volunteer, 5);
    await device.pull();
    const versions = [...device.held('completions')];
    await world.as(admin, (sql) => sql`select app.end_role(${first})`);
    await device.pull();
    expect([...device.held('completions')]).toEqual(versions);
  });
  test('a role that loses an audience loses it for everybody who has it', async () => {
    const { world, willow, clubId, maya, volunteer, admin } = scene;
    await world.addCompletion(maya, clubId);
    const role = await readingVolunteer();
    await give(admin, { member: volunteer, role, kind: 'class', target: willow });
    await change(admin, role, ['school.read', 'class.read']);
    expect(await completionsSeenBy(volunteer)).toBe(0);
  });
});
