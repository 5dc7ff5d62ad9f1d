import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPictureCode, type PictureVerifier } from '#domain/picture-codes/verifier.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { newId, Person, send, signIns } from './person.ts';

interface Enrolled {
  readonly id: string;
  readonly secret: string;
  readonly token: string;
  readonly leaseUntil: string;
}
interface Listed {
  readonly id: string;
  readonly name: string;
  readonly revokedAt: string | null;
  readonly lastContactAt: string | null;
}

let server: TestServer;
let teacher: Person;
let teacher2: Person;
let admin: Person;
let maya: Person;
let willow: string;
let acorn: string;

beforeAll(async () => {
  server = await startTestServer();
  [teacher, teacher2, admin, maya] = await Promise.all([
    Person.signIn(server.url, signIns.teacher),
    Person.signIn(server.url, signIns.teacher2),
    Person.signIn(server.url, signIns.admin),
    Person.signIn(server.url, signIns.maya),
  ]);
  const classes = await server.sql<
    { id: string; name: string }[]
  >`select id, name from classes where school_id = ${teacher.signedIn.user.schoolId}`;
  const named = (name: string) => classes.find((one) => one.name === name)?.id ?? '';
  [willow, acorn] = [named('4 Willow'), named('1 Acorn')];
});
afterAll(() => server.stop());

async function enrol(by: Person = teacher, classId = willow, name = 'Blue tablet'): Promise<Enrolled> {
  const { status, body } = await by.send('/api/school/devices', { classId, name });
  if (status !== 201) throw new Error(`Enrolling answered ${String(status)}: ${JSON.stringify(body)}`);
  return body as Enrolled;
}
const signInDevice = ({ secret }: Enrolled) => Person.signIn(server.url, { deviceSecret: secret, device: newId() });
const list = async (who: Person) => ((await who.send('/api/school/devices')).body as { devices: Listed[] }).devices;
const hashOf = (secret: string) => createHash('sha256').update(secret).digest();

describe('enrolling', () => {
  test('makes a device of the class that signs in with its secret, and holds its class’s own collections and no others', async () => {
    const enrolled = await enrol();
    const device = await signInDevice(enrolled);
    expect(device.signedIn.user).toMatchObject({ id: enrolled.id, kind: 'device', displayName: 'Blue tablet' });
    expect(device.signedIn.collections).toEqual(['school', 'people', 'classes', 'picture_codes', 'tasks', 'notices']);
    expect(device.signedIn.access['class_device.read']).toEqual([willow]);
    expect(device.signedIn.access['student.read']).toBeUndefined();
    const people = await device.pullAll('people');
    expect(new Set(people.documents.map(({ kind }) => kind))).toEqual(new Set(['staff', 'roster']));
    for (const collection of ['completions', 'receipts', 'reviews', 'progress'])
      expect((await device.pullAll(collection)).documents).toEqual([]);
  });

  test('is for a term at most, and the session ends with the lease', async () => {
    const enrolled = await enrol();
    const days = (Date.parse(enrolled.leaseUntil) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(0);
    expect(days).toBeLessThanOrEqual(150);
    await server.sql`update devices set lease_until = now() + interval '1 hour' where id = ${enrolled.id}`;
    const device = await signInDevice(enrolled);
    expect(Date.parse(device.signedIn.expiresAt)).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });

  test('keeps hashes of the secrets alone, in the table and in the log', async () => {
    const { id, secret, token } = await enrol();
    const [row] = await server.sql`select secret_hash, delivery_token_hash from devices where id = ${id}`;
    expect(row).toEqual({ secret_hash: hashOf(secret), delivery_token_hash: hashOf(token) });
    const log = JSON.stringify(await server.sql`select * from audit_log where entity_id = ${id}`);
    expect(log).toContain(teacher.id);
    for (const one of [secret, token, hashOf(secret).toString('hex'), hashOf(token).toString('hex')]) expect(log).not.toContain(one);
  });

  test('is for those who run the class’s devices: another class, another school, a child and a parent find nothing there', async () => {
    const parent = await Person.signIn(server.url, signIns.parent);
    const riverside = await Person.signIn(server.url, signIns.riversideTeacher);
    for (const [who, classId] of [
      [teacher, acorn],
      [teacher, newId()],
      [riverside, willow],
      [parent, willow],
      [maya, willow],
    ] as const) {
      const { status, body } = await who.send('/api/school/devices', { classId, name: 'Mine' });
      expect([status, (body as { code: string }).code]).toEqual([404, 'not_found']);
    }
    const enrolled = await enrol();
    for (const who of [riverside, parent, maya]) {
      expect(await list(who)).toEqual([]);
      expect((await who.send(`/api/school/devices/${enrolled.id}/revoke`, {})).status).toBe(404);
    }
    await signInDevice(enrolled);
    expect((await send(server.url, '/api/school/devices', { body: { classId: willow, name: 'Mine' } })).status).toBe(401);
    expect((await teacher.send('/api/school/devices', { classId: willow, name: '  ' })).status).toBe(400);
  });

  test('is listed with its last contact to the class’s staff and the school’s administrators', async () => {
    const enrolled = await enrol(teacher2, acorn, 'Red tablet');
    expect(await list(teacher2)).toContainEqual(expect.objectContaining({ id: enrolled.id, name: 'Red tablet', lastContactAt: null }));
    await signInDevice(enrolled);
    const seen = (await list(admin)).find(({ id }) => id === enrolled.id);
    expect(Date.parse(seen?.lastContactAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect((await list(teacher)).map(({ id }) => id)).not.toContain(enrolled.id);
  });
});

describe('a device that is revoked, or whose lease is over', () => {
  test('is signed out at once and signs in no more; its token still leads to it', async () => {
    const enrolled = await enrol();
    const device = await signInDevice(enrolled);
    expect((await teacher.send(`/api/school/devices/${enrolled.id}/revoke`, {})).status).toBe(204);
    expect((await device.send('/api/auth/session')).status).toBe(401);
    await expect(signInDevice(enrolled)).rejects.toThrow('401');
    const open = await server.sql`select audience from access_grants where user_id = ${enrolled.id} and to_version is null`;
    expect(open).toEqual([]);
    const lookup = await server.sql`select kind from sign_in_lookup where hash = ${hashOf(enrolled.token)}`;
    expect(lookup).toEqual([{ kind: 'delivery_token' }]);
    const [first] = await server.sql`select revoked_at from devices where id = ${enrolled.id}`;
    expect((await teacher.send(`/api/school/devices/${enrolled.id}/revoke`, {})).status, 'once more').toBe(204);
    expect((await server.sql`select revoked_at from devices where id = ${enrolled.id}`)[0]).toEqual(first);
  });

  test('learns nothing of the class from then on, its session or not', async () => {
    const enrolled = await enrol();
    const device = await signInDevice(enrolled);
    await server.sql`update devices set lease_until = now() - interval '1 second' where id = ${enrolled.id}`;
    expect((await device.pullAll('picture_codes')).documents.filter(({ _deleted }) => !_deleted)).toEqual([]);
    await expect(signInDevice(enrolled)).rejects.toThrow('401');
  });

  test.each(['', 'short', 'A'.repeat(43)])('nobody signs in with %j', async (deviceSecret) => {
    expect([400, 401]).toContain((await send(server.url, '/api/auth/sign-in', { body: { deviceSecret } })).status);
  });
});

describe('S4: the picture codes of a class', () => {
  test('are known to its enrolled devices, each with its child’s own verifier and consents', async () => {
    const device = await signInDevice(await enrol());
    const { documents } = await device.pullAll('picture_codes');
    const children = await server.sql`select student_id from class_students where class_id = ${willow} and is_current`;
    expect(documents.map(({ studentId }) => studentId).sort()).toEqual(children.map(({ student_id: id }) => String(id)).sort());
    const own = documents.find(({ studentId }) => studentId === maya.id);
    expect(await isPictureCode(own?.verifier as PictureVerifier, '1-5-9')).toBe(true);
    expect(await isPictureCode(own?.verifier as PictureVerifier, '1-5-8')).toBe(false);
    expect(own?.consents).toEqual(expect.arrayContaining(['photo']));
  });

  test('are told to nobody else, nor to a device of another class', async () => {
    const elsewhere = await signInDevice(await enrol(teacher2, acorn));
    const found = await elsewhere.pullAll('picture_codes');
    expect(found.documents.map(({ classId }) => classId)).toEqual(found.documents.map(() => acorn));
    expect(found.documents.map(({ studentId }) => studentId)).not.toContain(maya.id);
    for (const who of [teacher, admin, maya, await Person.signIn(server.url, signIns.parent)]) {
      expect((await who.pullAll('picture_codes')).documents).toEqual([]);
    }
  });

  test('go from the devices of a class that a child leaves, or that may no longer sign in', async () => {
    const device = await signInDevice(await enrol());
    const { checkpoint, documents } = await device.pullAll('picture_codes');
    const [gone, suspended] = documents;
    await server.sql`update class_students set until_on = current_date - 1 where id = ${gone?.id ?? ''}`;
    await server.sql`update users set status = 'suspended' where id = ${String(suspended?.studentId)}`;
    const after = await device.pullAll('picture_codes', checkpoint);
    expect(after.documents.map(({ id, _deleted }) => [id, _deleted]).sort()).toEqual(
      [
        [gone?.id, true],
        [suspended?.id, true],
      ].sort(),
    );
    await server.sql`update class_students set until_on = null where id = ${gone?.id ?? ''}`;
    await server.sql`update users set status = 'active' where id = ${String(suspended?.studentId)}`;
    expect((await device.pullAll('picture_codes', after.checkpoint)).documents.map(({ _deleted }) => _deleted)).toEqual([false, false]);
  });
});

describe('signing in with pictures where the school asks for an enrolled device', () => {
  const tryPictures = (cookie?: string) =>
    send(server.url, '/api/auth/sign-in', { body: signIns.maya, ...(cookie !== undefined && { cookie }) });
  const tryClass = (cookie?: string) =>
    send(server.url, '/api/auth/class', { body: { classCode: 'WILLOW4' }, ...(cookie !== undefined && { cookie }) });

  beforeAll(() => server.sql`update schools set picture_sign_in_anywhere = false where slug = 'oak-hill'`);
  afterAll(() => server.sql`update schools set picture_sign_in_anywhere = true where slug = 'oak-hill'`);

  test('works on a device of the class, whose session the child’s replaces', async () => {
    const enrolled = await enrol();
    const device = await signInDevice(enrolled);
    expect((await tryClass(device.cookie)).status).toBe(200);
    const { status, body } = await tryPictures(device.cookie);
    expect([status, (body as Person['signedIn']).user.id]).toEqual([200, maya.id]);
    expect((await device.send('/api/auth/session')).status).toBe(401);
    expect((await (await signInDevice(enrolled)).send('/api/auth/session')).status, 'the device signs in again').toBe(200);
  });

  test('is refused elsewhere: without a session, with a person’s, on a device of another class, on one that was revoked', async () => {
    const elsewhere = await signInDevice(await enrol(teacher2, acorn));
    const revoked = await enrol();
    const ended = await signInDevice(revoked);
    await teacher.send(`/api/school/devices/${revoked.id}/revoke`, {});
    for (const cookie of [undefined, teacher.cookie, elsewhere.cookie, ended.cookie]) {
      expect((await tryClass(cookie)).status).toBe(401);
      expect((await tryPictures(cookie)).status).toBe(401);
    }
  });
});

describe('a teacher’s unlock', () => {
  test('forgets a child’s wrong tries, and tells the class’s devices by a new version', async () => {
    const device = await signInDevice(await enrol());
    const { checkpoint } = await device.pullAll('picture_codes');
    await server.sql`update credentials set failed_attempts = 7, locked_until = now() + interval '1 hour' where user_id = ${maya.id}`;
    expect((await teacher.send(`/api/school/children/${maya.id}/unlock`, {})).status).toBe(204);
    expect(await server.sql`select failed_attempts, locked_until from credentials where user_id = ${maya.id}`).toEqual([
      { failed_attempts: 0, locked_until: null },
    ]);
    expect((await device.pullAll('picture_codes', checkpoint)).documents).toMatchObject([{ studentId: maya.id, _deleted: false }]);
  });

  test('is for those who run the devices of the child’s class', async () => {
    const riverside = await Person.signIn(server.url, signIns.riversideTeacher);
    const parent = await Person.signIn(server.url, signIns.parent);
    const device = await signInDevice(await enrol());
    for (const who of [riverside, parent, maya, device]) {
      expect((await who.send(`/api/school/children/${maya.id}/unlock`, {})).status).toBe(404);
    }
    expect((await teacher.send(`/api/school/children/${newId()}/unlock`, {})).status).toBe(404);
    expect((await teacher.send('/api/school/children/nobody/unlock', {})).status).toBe(404);
  });
});
