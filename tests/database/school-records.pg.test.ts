import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { RecordsScene } from './records-scene.ts';
import { denied, invalid, taken } from './refusals.ts';

/** What a school is run by: its profile and year groups, what staff ask for, the tablets and letters that they hand out. */

const scene = RecordsScene.open();
const { bucket, insert } = scene;

describe('commands', () => {
  const command = (more: Record<string, unknown> = {}) => ({
    user_id: scene.place.teacher.id,
    kind: 'place_on_level',
    payload_encrypted: randomBytes(8),
    captured_at: new Date(),
    ...more,
  });
  test('S31: are applied once by id, and then say nothing any more', async () => {
    const { world, place } = scene;
    const id = randomUUID();
    await insert(place.teacher, 'commands', command({ id }));
    expect(await bucket('commands', id)).toEqual({ audience: 'account', scope: place.teacher.id, isDeleted: false });
    await expect(insert(place.teacher, 'commands', command({ id }))).rejects.toMatchObject(taken);
    const settle = (payload: Buffer | null) =>
      world.as(
        place.teacher,
        (sql) => sql`update commands set state = 'applied', settled_at = now(), payload_encrypted = ${payload} where id = ${id}`,
      );
    await expect(settle(randomBytes(8))).rejects.toMatchObject(invalid);
    expect((await settle(null)).count).toBe(1);
    await expect(settle(null)).rejects.toMatchObject(invalid);
  });
  test('are staff’s, and each one’s own', async () => {
    const { place, assistant } = scene;
    await expect(insert(place.teacher, 'commands', command({ user_id: assistant.id }))).rejects.toMatchObject(denied);
    for (const person of [place.student, place.parent]) {
      await expect(insert(person, 'commands', command({ user_id: person.id }))).rejects.toMatchObject(denied);
    }
    await expect(insert(place.teacher, 'commands', command({ kind: 'drop_school' }))).rejects.toMatchObject(invalid);
  });
});

describe('devices and invitations', () => {
  const lease = () => new Date(Date.now() + 90 * 86_400_000);
  test('a teacher enrols a device for the own class alone, and it sees the roster', async () => {
    const { world, schoolId, place, elsewhere } = scene;
    const enrol = (id: string, classId: string, until = lease()) =>
      world.as(
        place.teacher,
        (sql) => sql`select app.enrol_device(${id}, ${classId}, 'Tablet 2', ${randomBytes(8)}, ${randomBytes(32)}, ${until})`,
      );
    const id = randomUUID();
    await enrol(id, place.classId);
    const rights = await world.sql<{ audience: string }[]>`
      select audience from access_grants where school_id = ${schoolId} and user_id = ${id} and to_version is null order by 1`;
    expect(rights.map(({ audience }) => audience)).toEqual(['account', 'class', 'class_device', 'class_staff', 'school']);
    expect(await world.sql`select from sign_in_lookup where kind = 'delivery_token' and subject_id = ${id}`).toHaveLength(1);
    await expect(enrol(randomUUID(), elsewhere.classId)).rejects.toMatchObject(denied);
    await expect(enrol(randomUUID(), place.classId, new Date(Date.now() + 200 * 86_400_000))).rejects.toMatchObject(invalid);
    await world.as(place.teacher, (sql) => sql`update devices set revoked_at = now() where id = ${id}`);
    const left = await world.sql`select from access_grants where user_id = ${id} and to_version is null and audience like 'class%'`;
    expect(left).toHaveLength(0);
    // Its token goes on delivering what was logged on it.
    expect(await world.sql`select from sign_in_lookup where kind = 'delivery_token' and subject_id = ${id}`).toHaveLength(1);
  });
  test('a device that was not enrolled has no class', async () => {
    const { world, schoolId } = scene;
    const device = await world.addPerson(schoolId, 'device');
    const rights = await world.sql<{ audience: string }[]>`
      select audience from access_grants where user_id = ${device.id} and to_version is null order by 1`;
    expect(rights.map(({ audience }) => audience)).toEqual(['account', 'school']);
  });
  test('an invitation is for thirty days, used once, and revocable until then', async () => {
    const { world, place, father, admin } = scene;
    const invitation = { student_id: place.student.id, code_hash: randomBytes(32) };
    const id = randomUUID();
    await insert(admin, 'invitations', { ...invitation, id });
    await expect(insert(admin, 'invitations', { ...invitation })).rejects.toMatchObject(taken);
    await expect(
      insert(admin, 'invitations', { ...invitation, code_hash: randomBytes(32), expires_at: new Date(Date.now() + 31 * 86_400_000) }),
    ).rejects.toMatchObject(invalid);
    expect(await world.sql`select created_by from invitations where id = ${id}`).toEqual([{ created_by: admin.id }]);
    await world.sql`update invitations set used_by = ${father.id}, used_at = now() where id = ${id}`;
    await expect(world.as(admin, (sql) => sql`update invitations set revoked_at = now() where id = ${id}`)).rejects.toMatchObject(invalid);
    await expect(
      world.as(admin, (sql) => sql`update invitations set used_at = null, used_by = null where id = ${id}`),
    ).rejects.toMatchObject(denied);
    await expect(world.as(admin, (sql) => sql`select code_hash from invitations`)).rejects.toMatchObject(denied);
    await expect(insert(place.teacher, 'invitations', { ...invitation, code_hash: randomBytes(32) })).rejects.toMatchObject(denied);
  });
});

describe('year groups', () => {
  test('are those of the school’s nation; key stages follow from them', async () => {
    const { world, schoolId, place } = scene;
    const mixed = await world.addClass(schoolId);
    await world.sql`update classes set year_groups = '{3,R,2}' where id = ${mixed}`;
    expect(await world.sql`select key_stages from classes where id = ${mixed}`).toEqual([{ key_stages: ['EYFS', 'KS1', 'KS2'] }]);
    await expect(world.sql`update classes set year_groups = '{P4}' where id = ${mixed}`).rejects.toMatchObject(invalid);
    await expect(world.sql`update classes set year_groups = '{}' where id = ${mixed}`).rejects.toMatchObject(invalid);
    await expect(world.sql`update students set year_group = '7' where id = ${place.student.id}`).rejects.toMatchObject(invalid);
    await expect(world.sql`update clubs set year_groups = '{4,nursery}' where id = ${place.clubId}`).rejects.toMatchObject(invalid);
  });
  test('of another nation are another list', async () => {
    const { world } = scene;
    const scottish = await world.addSchool();
    await world.sql`update schools set nation = 'scotland' where id = ${scottish}`;
    await expect(world.addClass(scottish)).rejects.toMatchObject(invalid);
    const id = randomUUID();
    await world.sql`
      insert into classes (school_id, id, name, academic_year, year_groups, weekly_target) values (${scottish}, ${id}, 'P6/7', '2026/27', '{P6,P7}', 4)`;
    expect(await world.sql`select key_stages from classes where id = ${id}`).toEqual([{ key_stages: ['Second'] }]);
    await expect(world.sql`update schools set nation = 'england' where id = ${scottish}`).rejects.toMatchObject(invalid);
  });
});

describe('a school’s profile', () => {
  test('is changed by its admin, as far as it is the school’s own', async () => {
    const { world, place, lead, admin } = scene;
    await world.as(
      admin,
      (sql) => sql`update schools set urn = '123456', dfe_number = '860/2040', colour = '#112233', leaderboard = 'team'`,
    );
    for (const change of [{ urn: '12345' }, { dfe_number: '8602040' }, { leaderboard: 'loud' }]) {
      await expect(world.as(admin, (sql) => sql`update schools set ${sql(change)}`)).rejects.toMatchObject(invalid);
    }
    for (const change of [{ status: 'suspended' }, { slug: 'mine' }, { nation: 'wales' }, { picture_sign_in_anywhere: true }]) {
      await expect(
        world.as(admin, (sql) => sql`update schools set ${sql(change)}`),
        Object.keys(change)[0],
      ).rejects.toMatchObject(denied);
    }
    for (const person of [place.teacher, lead, place.parent]) {
      expect((await world.as(person, (sql) => sql`update schools set name = 'Mine'`)).count).toBe(0);
    }
  });
  test('is private by default', async () => {
    const { world } = scene;
    const fresh = await world.addSchool();
    expect(await world.sql`select leaderboard, has_buddy_groups from schools where id = ${fresh}`).toEqual([
      { leaderboard: 'off', has_buddy_groups: false },
    ]);
  });
});
