import { expect, test } from 'vitest';
import { GrantsScene, only } from './grants-scene.ts';
import { openPlace } from './place.ts';
import type { Person } from './world.ts';

/** S5, S6: grants follow from who is whose child, class and buddy in the same transaction, and devices forget by them. */

const scene = GrantsScene.open();
const { devicesOf, readable } = scene;

async function moveToAcorn(): Promise<void> {
  await scene.world.sql.begin(async (sql) => {
    await sql`update class_students set until_on = '2026-02-01' where id = ${scene.membership}`;
    await sql`insert into class_students (school_id, id, class_id, student_id, from_on) values (${scene.schoolId}, gen_random_uuid(), ${scene.acorn}, ${scene.maya.id}, '2026-02-02')`;
  });
}

test('trap 9: a child moves: the new teacher gets the whole history, the old one’s device forgets it all', async () => {
  const { world, willow, clubId, maya, teacher, nextTeacher, membership, guardianship } = scene;
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
  const { world, willow, clubId, maya, parent, guardianship } = scene;
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
  const { world, clubId, maya, parent, guardianship } = scene;
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
  const { world, clubId, maya, parent, guardianship } = scene;
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
  const { world, schoolId, willow, clubId, maya, teacher } = scene;
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
  const { world, schoolId, acorn, clubId, maya, nextTeacher } = scene;
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
  const { world, clubId, maya, teacher, membership } = scene;
  const device = only(await devicesOf(teacher));
  await world.sql.begin(async (sql) => {
    await world.addCompletion(maya, clubId, sql);
    await sql`delete from class_students where id = ${membership}`;
  });
  await device.pull();
  expect(device.held('completions').size).toBe(0);
});

test('S5: each user is refreshed once a transaction, however many rows changed', async () => {
  const { world, schoolId, willow, teacher } = scene;
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

test('a class that is archived ends its teachers’ reach, not its children’s parents’', async () => {
  const { world, willow, clubId, maya, teacher, parent } = scene;
  await world.addCompletion(maya, clubId);
  const [staff, home] = await devicesOf(teacher, parent);
  await world.sql`update classes set archived_at = now() where id = ${willow}`;
  await staff?.pull();
  await home?.pull();
  expect(staff?.held('completions').size).toBe(0);
  expect(home?.held('completions').size).toBe(1);
});

test('erasing a child leaves only tombstones, on every device', async () => {
  const { world, clubId, maya, teacher, parent, membership } = scene;
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
  const { world, schoolId, clubId, maya, parent } = scene;
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
  const { world, clubId, maya, teacher, nextTeacher, parent } = scene;
  const id = await world.addCompletion(maya, clubId);
  const versions = (person: Person) =>
    world.as(person, (sql) => sql`select document_id, is_deleted from app.document_versions('completions', ${[id]})`);
  expect(await versions(parent)).toEqual([{ document_id: id, is_deleted: false }]);
  expect(await versions(nextTeacher)).toHaveLength(0);
  await world.sql`delete from homework_completions where id = ${id}`;
  expect(await versions(teacher)).toEqual([{ document_id: id, is_deleted: true }]);
});

test('S5: a group that is dissolved is nobody’s to read any more', async () => {
  const { world, schoolId } = scene;
  const place = await openPlace(world, schoolId);
  const readers = async () =>
    (await world.sql`select user_id from access_grants where audience = 'group' and scope_id = ${place.groupId} and to_version is null`)
      .length;
  expect(await readers()).toBeGreaterThan(0);
  await world.sql`update buddy_groups set dissolved_at = now() where id = ${place.groupId}`;
  expect(await readers()).toBe(0);
});
