import { afterAll, beforeEach, beforeAll, expect, test } from 'vitest';
import { TestDevice } from './device.ts';
import { openPlace } from './place.ts';
import { openWorld, type Person, type World } from './world.ts';

/** S5, S6: grants follow from relations and roles in the same transaction, and devices forget by them. */

let world: World;
let schoolId: string;
let willow: string;
let acorn: string;
let clubId: string;
let maya: Person;
let teacher: Person;
let nextTeacher: Person;
let parent: Person;
let membership: string;
let guardianship: string;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

beforeEach(async () => {
  schoolId = await world.addSchool();
  [willow, acorn] = [await world.addClass(schoolId), await world.addClass(schoolId)];
  clubId = await world.addClub(schoolId);
  maya = await world.addPerson(schoolId, 'student');
  [teacher, nextTeacher] = [await world.addPerson(schoolId, 'teacher'), await world.addPerson(schoolId, 'teacher')];
  parent = await world.addPerson(schoolId, 'parent');
  membership = await world.joinClass(maya, willow);
  await world.teach(teacher, willow);
  await world.teach(nextTeacher, acorn);
  guardianship = await world.addGuardianship(parent, maya);
});

async function devicesOf(...people: readonly Person[]): Promise<TestDevice[]> {
  const devices = people.map((person) => new TestDevice(world, person, 3));
  for (const device of devices) await device.pull();
  return devices;
}

function only<Item>([item]: readonly Item[]): Item {
  if (item === undefined) throw new Error('there is one');
  return item;
}

async function readable(person: Person): Promise<number> {
  const [row] = await world.as(person, (sql) => sql<{ rows: number }[]>`select count(*)::int as rows from homework_completions`);
  return row?.rows ?? 0;
}

async function moveToAcorn(): Promise<void> {
  await world.sql.begin(async (sql) => {
    await sql`update class_students set until_on = '2026-02-01' where id = ${membership}`;
    await sql`insert into class_students (school_id, id, class_id, student_id, from_on) values (${schoolId}, gen_random_uuid(), ${acorn}, ${maya.id}, '2026-02-02')`;
  });
}

test('trap 9: a child moves: the new teacher gets the whole history, the old one’s device forgets it all', async () => {
  const work = [
    await world.addCompletion(maya, clubId),
    await world.addCompletion(maya, clubId),
    await world.addCompletion(maya, clubId),
    await world.addCompletion(maya, clubId),
  ];
  await world.addReview(teacher, maya, work[0] ?? '');
  const [old, next] = await devicesOf(teacher, nextTeacher);
  expect(old?.held('completions').size).toBe(4);
  expect(next?.held('completions').size).toBe(0);

  await moveToAcorn();
  const late = await world.addCompletion(maya, clubId);
  await old?.pull();
  await next?.pull();
  for (const collection of ['completions', 'receipts', 'reviews'] as const) expect(old?.held(collection).size, collection).toBe(0);
  expect([...(next?.held('completions').keys() ?? [])].toSorted()).toEqual([...work, late].toSorted());
  expect(next?.held('reviews').size).toBe(1);
  expect(await readable(teacher)).toBe(0);
  expect(await readable(nextTeacher)).toBe(5);
  // The roster, the child's own document and the guardianship go with it; the class and the school stay.
  expect(old?.holds('people', maya.id) || old?.holds('people', membership) || old?.holds('people', guardianship)).toBe(false);
  expect(old?.holds('classes', willow)).toBe(true);
  expect(next?.holds('people', maya.id) && next.holds('people', guardianship)).toBe(true);
});

test('a guardianship that ends takes the child off the parent’s device, and its class', async () => {
  await world.addCompletion(maya, clubId);
  const device = only(await devicesOf(parent));
  expect(device.held('completions').size).toBe(1);
  expect(device.holds('classes', willow)).toBe(true);
  await world.sql`delete from parent_students where id = ${guardianship}`;
  await device.pull();
  expect(device.held('completions').size).toBe(0);
  expect(device.holds('classes', willow)).toBe(false);
  expect(device.holds('people', guardianship)).toBe(false);
  // Its profile, its club and the badge that teachers give.
  expect(device.held('school').size).toBe(3);
  expect(await readable(parent)).toBe(0);
});

test('trap 10: revoked, deleted and changed meanwhile, granted again: the device ends with what there is', async () => {
  const [kept, deleted, changed] = [
    await world.addCompletion(maya, clubId),
    await world.addCompletion(maya, clubId),
    await world.addCompletion(maya, clubId),
  ];
  const device = only(await devicesOf(parent));
  await world.sql`update parent_students set until_on = '2026-02-01' where id = ${guardianship}`;
  await world.sql`delete from homework_completions where id = ${deleted}`;
  await world.sql`update homework_completions set minutes = 9 where id = ${changed}`;
  const added = await world.addCompletion(maya, clubId);
  await world.sql`update parent_students set until_on = null where id = ${guardianship}`;
  await device.pull();
  expect([...device.held('completions').keys()].toSorted()).toEqual([kept, changed, added].toSorted());
});

test('trap 11: granted again in the middle of the tombstones', async () => {
  const work: string[] = [];
  for (let n = 0; n < 8; n++) work.push(await world.addCompletion(maya, clubId));
  const device = only(await devicesOf(parent));
  await world.sql`update parent_students set until_on = '2026-02-01' where id = ${guardianship}`;
  await device.pullPage('completions');
  expect(device.held('completions').size).toBe(5);
  await world.sql`update parent_students set until_on = null where id = ${guardianship}`;
  await device.pull();
  expect([...device.held('completions').keys()].toSorted()).toEqual(work.toSorted());
});

test('trap 12: a teacher who is the child’s parent loses the class and keeps the child', async () => {
  await world.sql`insert into parents (school_id, id) values (${schoolId}, ${teacher.id})`;
  await world.giveRole(schoolId, teacher.id, 'parent');
  await world.addGuardianship(teacher, maya);
  const classmate = await world.addPerson(schoolId, 'student');
  await world.joinClass(classmate, willow);
  const [own, other] = [await world.addCompletion(maya, clubId), await world.addCompletion(classmate, clubId)];
  const device = only(await devicesOf(teacher));
  expect(device.held('completions').size).toBe(2);
  const versions = device.held('completions').get(own);

  await world.sql`update teacher_classes set is_active = false where teacher_id = ${teacher.id}`;
  await device.pull();
  expect(device.holds('completions', own)).toBe(true);
  expect(device.held('completions').get(own)).toBe(versions);
  expect(device.holds('completions', other)).toBe(false);
  const access = await world.as(teacher, (sql) => sql<{ access: Record<string, string[]> }[]>`select app.access() as access`);
  expect(access[0]?.access['completion.create']).toEqual([maya.id]);
  expect(access[0]?.access['completion.review']).toBeUndefined();
});

test('a grant opened in the transaction that writes shows what it wrote', async () => {
  const device = only(await devicesOf(nextTeacher));
  let id = '';
  await world.sql.begin(async (sql) => {
    id = await world.addCompletion(maya, clubId, sql);
    await sql`insert into class_students (school_id, id, class_id, student_id, from_on) values (${schoolId}, gen_random_uuid(), ${acorn}, ${maya.id}, '2026-01-01')`;
  });
  await device.pull();
  expect(device.holds('completions', id)).toBe(true);
});

test('a document born in the transaction that revokes is forgotten, or never seen', async () => {
  const device = only(await devicesOf(teacher));
  await world.sql.begin(async (sql) => {
    await world.addCompletion(maya, clubId, sql);
    await sql`delete from class_students where id = ${membership}`;
  });
  await device.pull();
  expect(device.held('completions').size).toBe(0);
});

test('S5: each user is refreshed once a transaction, however many rows changed', async () => {
  const before = await world.versionOf(schoolId);
  await world.sql.begin(async (sql) => {
    for (let n = 0; n < 5; n++) {
      await sql`delete from teacher_classes where teacher_id = ${teacher.id}`;
      await sql`insert into teacher_classes (school_id, id, class_id, teacher_id, from_on) values (${schoolId}, gen_random_uuid(), ${willow}, ${teacher.id}, '2026-01-01')`;
    }
  });
  const rows =
    await world.sql`select from access_grants where user_id = ${teacher.id} and (from_version > ${before} or to_version > ${before})`;
  expect(rows).toHaveLength(0);
  expect(await world.sql`select from grants_due`).toHaveLength(0);
});

test('S5: expires_at cuts at once; the job then closes the grant, and devices forget', async () => {
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
  const device = only(await devicesOf(teacher));
  expect(device.held('people').size).toBeGreaterThan(0);
  await world.sql`update users set status = 'suspended' where id = ${teacher.id}`;
  await expect(readable(teacher)).rejects.toMatchObject({ code: 'SS401' });
  expect(await world.sql`select from access_grants where user_id = ${teacher.id} and to_version is null`).toHaveLength(0);
  expect(await world.sql`select from sessions where user_id = ${teacher.id}`).toHaveLength(0);
});

test('what is read online only never reaches a device; becoming both, it does', async () => {
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
  const device = only(await devicesOf(parent));
  expect(device.holds('people', guardianship)).toBe(true);
  await world.sql`
    delete from role_permissions where school_id = ${schoolId} and permission in ('guardianship.read', 'note.create')
      and role_id = (select id from roles where school_id = ${schoolId} and name = 'parent')`;
  await device.pull();
  expect(device.holds('people', guardianship)).toBe(false);
  expect(device.holds('people', maya.id)).toBe(true);
});

test('a class that is archived ends its teachers’ reach, not its children’s parents’', async () => {
  await world.addCompletion(maya, clubId);
  const [staff, home] = await devicesOf(teacher, parent);
  await world.sql`update classes set archived_at = now() where id = ${willow}`;
  await staff?.pull();
  await home?.pull();
  expect(staff?.held('completions').size).toBe(0);
  expect(home?.held('completions').size).toBe(1);
});

test('erasing a child leaves only tombstones, on every device', async () => {
  await world.addCompletion(maya, clubId);
  const devices = await devicesOf(teacher, parent);
  await world.sql`delete from users where id = ${maya.id}`;
  for (const device of devices) {
    await device.pull();
    expect(device.held('completions').size).toBe(0);
    expect(device.holds('people', maya.id)).toBe(false);
    expect(device.holds('people', membership)).toBe(false);
  }
  expect(await world.sql`select from sync_index where scope_id = ${maya.id} and not is_deleted`).toHaveLength(0);
});

test('what is archived reaches devices as a tombstone, and is not in a first sync', async () => {
  const [old, fresh] = [await world.addCompletion(maya, clubId), await world.addCompletion(maya, clubId)];
  const device = only(await devicesOf(parent));
  await world.sql.begin(async (sql) => {
    const [clock] = await sql<{ tick: number }[]>`select app.tick(${schoolId}) as tick`;
    await sql`update sync_index set is_archived = true, version = ${clock?.tick ?? 0} where document_id = ${old}`;
  });
  await device.pull();
  const another = only(await devicesOf(parent));
  for (const each of [device, another]) expect([...each.held('completions').keys()]).toEqual([fresh]);
});

test('S14: where a document stands is told only to those who would be sent it', async () => {
  const id = await world.addCompletion(maya, clubId);
  const versions = (person: Person) =>
    world.as(person, (sql) => sql`select document_id, is_deleted from app.document_versions('completions', ${[id]})`);
  expect(await versions(parent)).toEqual([{ document_id: id, is_deleted: false }]);
  expect(await versions(nextTeacher)).toHaveLength(0);
  await world.sql`delete from homework_completions where id = ${id}`;
  expect(await versions(teacher)).toEqual([{ document_id: id, is_deleted: true }]);
});

test('S5: a group that is dissolved is nobody’s to read any more', async () => {
  const place = await openPlace(world, schoolId);
  const readers = async () =>
    (await world.sql`select user_id from access_grants where audience = 'group' and scope_id = ${place.groupId} and to_version is null`)
      .length;
  expect(await readers()).toBeGreaterThan(0);
  await world.sql`update buddy_groups set dissolved_at = now() where id = ${place.groupId}`;
  expect(await readers()).toBe(0);
});
