import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TestDevice } from './device.ts';
import { passDay } from './pass-day.ts';
import { openWorld, type Person, type World } from './world.ts';

/**
 * A school's own roles: nobody gives what they do not hold, there and for as long; nobody changes their own roles or a role
 * that they have; a role reads what it writes; and dates cut on time, on devices too.
 */

let world: World;
let schoolId: string;
let willow: string;
let acorn: string;
let clubId: string;
let maya: Person;
let leo: Person;
let teacher: Person;
let volunteer: Person;
let admin: Person;

const denied = { code: '42501' };
const invalid = { code: '23514' };
const unknown = { code: '23503' };

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

beforeEach(async () => {
  schoolId = await world.addSchool();
  [willow, acorn] = [await world.addClass(schoolId), await world.addClass(schoolId)];
  clubId = await world.addClub(schoolId);
  [maya, leo] = [await world.addPerson(schoolId, 'student'), await world.addPerson(schoolId, 'student')];
  teacher = await world.addPerson(schoolId, 'teacher');
  volunteer = await world.addPerson(schoolId, 'parent', null);
  admin = await world.addPerson(schoolId, 'admin');
  await world.joinClass(maya, willow);
  await world.joinClass(leo, acorn);
  await world.teach(teacher, willow);
});

async function template(name: string): Promise<string> {
  const [role] = await world.sql<{ id: string }[]>`select id from roles where school_id = ${schoolId} and name = ${name} and is_template`;
  return role?.id ?? '';
}

async function copy(person: Person, original: string, name: string = randomUUID()): Promise<string> {
  const [from, id] = [await template(original), randomUUID()];
  await world.as(person, (sql) => sql`select app.copy_role(${from}, ${id}, ${name})`);
  return id;
}

function change(person: Person, role: string, allowed: readonly string[], onlineOnly: readonly string[] = []) {
  return world.as(person, (sql) => sql`select app.change_role(${role}, ${[...allowed]}::text[], ${[...onlineOnly]}::text[])`);
}

interface Assignment {
  readonly member: Person;
  readonly role: string;
  readonly kind: string;
  readonly target?: string | null;
  readonly from?: Date | null;
  readonly until?: Date | null;
}

async function give(person: Person, { member, role, kind, target = null, from = null, until = null }: Assignment): Promise<string> {
  const id = randomUUID();
  await world.as(person, (sql) => sql`select app.give_role(${id}, ${member.id}, ${role}, ${kind}, ${target}, ${from}, ${until})`);
  return id;
}

async function completionsSeenBy(person: Person): Promise<number> {
  return world.as(person, async (sql) => (await sql`select id from homework_completions`).count);
}

/** A role with which the admin lets somebody read the children of a class: the admin holds all of it. */
async function readingVolunteer(): Promise<string> {
  const role = await copy(admin, 'teaching_assistant', 'Reading volunteer');
  await change(admin, role, ['school.read', 'class.read', 'class_staff.read', 'student.read', 'account.read']);
  return role;
}

const inMs = (milliseconds: number): Date => new Date(Date.now() + milliseconds);
const dayMs = 86_400_000;

describe('a role of the school’s own', () => {
  test('begins as a copy of a template, and is no template', async () => {
    const role = await copy(admin, 'teacher', 'Teacher without notes');
    const [row] = await world.sql`
      select name, relation, is_template, (select count(*)::int from role_permissions where role_id = ${role})
        - (select count(*)::int from role_permissions where role_id = ${await template('teacher')}) as difference
      from roles where id = ${role}`;
    expect(row).toEqual({ name: 'Teacher without notes', relation: 'staff', is_template: false, difference: 0 });
  });
  test('is made and changed by those alone who manage roles', async () => {
    const role = await copy(admin, 'teaching_assistant');
    for (const person of [teacher, maya, volunteer]) {
      await expect(copy(person, 'student')).rejects.toMatchObject(denied);
      await expect(change(person, role, ['school.read'])).rejects.toMatchObject(denied);
    }
  });
  test('has a name of its own, and comes from a role of the school', async () => {
    await expect(copy(admin, 'teacher', 'teacher')).rejects.toMatchObject({ code: '23505' });
    const elsewhere = await world.addSchool();
    const [foreign] = await world.sql<{ id: string }[]>`select id from roles where school_id = ${elsewhere} and name = 'teacher'`;
    await expect(
      world.as(admin, (sql) => sql`select app.copy_role(${foreign?.id ?? ''}, ${randomUUID()}, 'Theirs')`),
    ).rejects.toMatchObject(unknown);
  });
  test('a template is never changed', async () => {
    await expect(change(admin, await template('teacher'), ['school.read'])).rejects.toMatchObject(unknown);
  });
  test('gets nothing that its maker does not hold for the whole school', async () => {
    const role = await copy(admin, 'teaching_assistant');
    await change(admin, role, ['school.read', 'student.read']);
    await expect(change(admin, role, ['school.read', 'student.read', 'completion.review'])).rejects.toMatchObject(denied);
    await expect(change(admin, role, ['school.read', 'student.read', 'safeguarding_flag.handle'])).rejects.toMatchObject(denied);
    await change(admin, role, ['school.read', 'class_staff.read', 'device.enrol']);
  });
  test('keeps what it had, whoever holds it, and may lose it', async () => {
    const role = await copy(admin, 'teacher');
    await change(admin, role, ['school.read', 'student.read', 'completion.review']);
    const rows = await world.sql<{ permission: string }[]>`select permission from role_permissions where role_id = ${role} order by 1`;
    expect(rows.map(({ permission }) => permission)).toEqual(['completion.review', 'school.read', 'student.read']);
  });
  test('reads what it writes (S14)', async () => {
    const role = await copy(admin, 'teacher');
    await expect(change(admin, role, ['school.read', 'completion.review'])).rejects.toMatchObject(invalid);
    await expect(change(admin, role, ['school.read', 'excused_day.create'])).rejects.toMatchObject(invalid);
  });
  test('holds no permission that the catalogue does not know', async () => {
    const role = await copy(admin, 'teacher');
    await expect(change(admin, role, ['school.read', 'everything.write'])).rejects.toMatchObject(unknown);
  });
  test('what is online only never reaches a device', async () => {
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

describe('giving a role', () => {
  test('reaches the class it is given for, and no other', async () => {
    await world.addCompletion(maya, clubId);
    await world.addCompletion(leo, clubId);
    await give(admin, { member: volunteer, role: await readingVolunteer(), kind: 'class', target: willow });
    expect(await completionsSeenBy(volunteer)).toBe(1);
  });
  test('reaches the school, one child, or nobody but oneself', async () => {
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
    const role = await readingVolunteer();
    for (const person of [teacher, maya, volunteer]) {
      await expect(give(person, { member: leo, role, kind: 'class', target: willow })).rejects.toMatchObject(denied);
    }
  });
  test('nobody gives what they do not hold: an admin makes no marker and no safeguarding lead', async () => {
    for (const name of ['teacher', 'teaching_assistant', 'safeguarding_lead']) {
      const role = await template(name);
      await expect(give(admin, { member: volunteer, role, kind: 'school', target: schoolId })).rejects.toMatchObject(denied);
      await expect(give(admin, { member: volunteer, role, kind: 'class', target: willow })).rejects.toMatchObject(denied);
      await expect(give(admin, { member: volunteer, role, kind: 'self' })).rejects.toMatchObject(denied);
    }
    expect(await world.sql`select from user_roles where school_id = ${schoolId} and user_id = ${volunteer.id}`).toHaveLength(0);
  });
  test('a safeguarding lead names another, an admin an admin', async () => {
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
    await world.joinClass(maya, acorn);
    const [clerk] = [await copy(admin, 'school_admin', 'Clerk')];
    await change(admin, clerk, ['school.read', 'account.read', 'role.assign']);
    await give(admin, { member: teacher, role: clerk, kind: 'school', target: schoolId });
    await expect(
      give(teacher, { member: volunteer, role: await template('teaching_assistant'), kind: 'student', target: maya.id }),
    ).rejects.toMatchObject(denied);
  });
  test('what is held until Friday is given until Friday at most', async () => {
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
    const helper = await world.addPerson(schoolId, 'teacher', null);
    await world.giveRole(schoolId, helper.id, 'school_admin', { kind: 'class', target: willow });
    await expect(copy(helper, 'student')).rejects.toMatchObject(denied);
    const change = await world.as(helper, (sql) => sql`update schools set name = 'Mine'`);
    expect(change.count).toBe(0);
  });
  test('nobody gives themselves a role, not even one that they hold', async () => {
    await expect(
      give(admin, { member: admin, role: await template('school_admin'), kind: 'school', target: schoolId }),
    ).rejects.toMatchObject(denied);
    await expect(give(admin, { member: admin, role: await readingVolunteer(), kind: 'self' })).rejects.toMatchObject(denied);
  });
  test('children, guardians and devices have roles of their own', async () => {
    const role = await readingVolunteer();
    await expect(give(admin, { member: maya, role, kind: 'class', target: willow })).rejects.toMatchObject(invalid);
    const device = await world.addPerson(schoolId, 'device', null);
    await expect(give(admin, { member: device, role, kind: 'class', target: willow })).rejects.toMatchObject(invalid);
    const own = await copy(admin, 'class_device');
    await expect(give(admin, { member: teacher, role: own, kind: 'class', target: willow })).rejects.toMatchObject(invalid);
  });
  test('to somebody, of a role and at a scope of this school', async () => {
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

describe('no self-lift', () => {
  test('nobody dates or ends their own role', async () => {
    const [own] = await world.sql<{ id: string }[]>`select id from user_roles where school_id = ${schoolId} and user_id = ${admin.id}`;
    const id = own?.id ?? '';
    await expect(world.as(admin, (sql) => sql`select app.date_role(${id}, null, null)`)).rejects.toMatchObject(denied);
    await expect(world.as(admin, (sql) => sql`select app.end_role(${id})`)).rejects.toMatchObject(denied);
  });
  test('nobody changes a role that they have, or are to have', async () => {
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
    const nobody = world.pool('authenticated_user');
    await expect(nobody`select app.copy_role(${await template('teacher')}, ${randomUUID()}, 'Mine')`).rejects.toMatchObject(denied);
    await expect(nobody`select app.end_role(${randomUUID()})`).rejects.toMatchObject(denied);
  });
});

describe('dates', () => {
  test('a role that ends is cut at once and leaves the device at its next pull', async () => {
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
    await world.addCompletion(maya, clubId);
    const role = await readingVolunteer();
    await give(admin, { member: volunteer, role, kind: 'class', target: willow });
    await change(admin, role, ['school.read', 'class.read']);
    expect(await completionsSeenBy(volunteer)).toBe(0);
  });
});
