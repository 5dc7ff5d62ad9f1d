import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { roleUrl } from '#db/roles.ts';
import { openPool } from '#server/database/connections.ts';
import { createRetention } from '#server/privacy/retention.ts';
import { denied } from './refusals.ts';
import { openWorld, type Person, type Transaction, type World } from './world.ts';

/** S30: the second door. A live session carries what an author of its school has sealed; the token says whose it is. */

let world: World;
let schoolId: string;
let willow: string;
let clubId: string;
let maya: Person;
let leo: Person;
let teacher: Person;

const noSession = { code: 'SS401' };
const refused = { code: 'SS403' };

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  schoolId = await world.addSchool();
  willow = await world.addClass(schoolId);
  clubId = await world.addClub(schoolId);
  [maya, leo] = [await world.addPerson(schoolId, 'student'), await world.addPerson(schoolId, 'student')];
  teacher = await world.addPerson(schoolId, 'teacher');
  await world.joinClass(maya, willow);
  await world.teach(teacher, willow);
});

async function tokenOf(person: Person, device: string | null = null): Promise<Buffer> {
  const hash = randomBytes(32);
  await world.pool('sign_in')`select app.issue_delivery_token(${person.schoolId}, ${person.id}, ${device}, ${hash})`;
  return hash;
}

/** A tablet of 4 Willow that was enrolled so many days ago. */
async function enrol(daysAgo = 30): Promise<{ id: string; token: Buffer }> {
  const [device, token] = [await world.addPerson(schoolId, 'device'), randomBytes(32)];
  await world.sql`
    insert into devices (school_id, id, class_id, name, delivery_token_hash, created_at, lease_until)
    values (${schoolId}, ${device.id}, ${willow}, 'Tablet', ${token}, now() - make_interval(days => ${daysAgo}), now() - make_interval(days => ${daysAgo - 90}))`;
  return { id: device.id, token };
}

async function delivering<Result>(
  carrier: Pick<Person, 'session'>,
  token: Buffer,
  author: Person,
  work: (sql: Transaction) => Promise<Result>,
): Promise<Result> {
  const { result } = await world.pool('authenticated_user').begin(async (sql) => {
    await sql`select app.enter_delivery(${carrier.session}, ${token}, ${author.id})`;
    return { result: await work(sql) };
  });
  return result;
}

const entered = (carrier: Pick<Person, 'session'>, token: Buffer, author: Person) =>
  delivering(carrier, token, author, async (sql) => {
    const [row] = await sql<{ id: string }[]>`select app.current_user_id() as id`;
    return row?.id;
  });

const dayAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

async function log(sql: Transaction, student: Person, day: string, device: string): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at, device_id)
    values (${schoolId}, ${id}, ${student.id}, ${clubId}, ${day}, 'show_in_class', now(), ${device})`;
  return id;
}

describe('a person’s token', () => {
  test('has whoever carries it act for its person, with their rights and no others', async () => {
    const token = await tokenOf(maya);
    for (const carrier of [maya, leo, teacher]) {
      expect(await entered(carrier, token, maya)).toBe(maya.id);
      const rights = await delivering(carrier, token, maya, (sql) => sql<{ access: unknown }[]>`select app.access() as access`);
      expect(rights).toEqual(await world.as(maya, (sql) => sql`select app.access() as access`));
    }
  });

  test('serves for nobody else, and nobody else’s for them', async () => {
    const token = await tokenOf(maya);
    for (const author of [leo, teacher]) await expect(entered(maya, token, author)).rejects.toMatchObject(refused);
    await expect(entered(maya, randomBytes(32), maya)).rejects.toMatchObject(refused);
  });

  test('needs a live session to carry it, of the same school', async () => {
    const token = await tokenOf(maya);
    const elsewhere = await world.addPerson(await world.addSchool(), 'teacher');
    await expect(entered(elsewhere, token, maya)).rejects.toMatchObject(refused);
    await expect(entered({ session: randomBytes(32).toString('hex') }, token, maya)).rejects.toMatchObject(noSession);
    await world.sql`update sessions set expires_at = now() - interval '1 second' where user_id = ${leo.id}`;
    await expect(entered(leo, token, maya)).rejects.toMatchObject(noSession);
  });

  test('lapses after 400 days', async () => {
    const token = await tokenOf(maya);
    const [row] =
      await world.sql`select expires_at - created_at = interval '400 days' as lasts from delivery_tokens where token_hash = ${token}`;
    expect(row).toEqual({ lasts: true });
    await world.sql`update delivery_tokens set expires_at = now() - interval '1 second' where token_hash = ${token}`;
    await expect(entered(teacher, token, maya)).rejects.toMatchObject(refused);
  });

  test('of somebody suspended does not serve until they are back; of somebody who left never again', async () => {
    const token = await tokenOf(maya);
    const become = (status: string) => world.sql`update users set status = ${status} where id = ${maya.id}`;
    await become('suspended');
    await expect(entered(teacher, token, maya)).rejects.toMatchObject(refused);
    await become('active');
    expect(await entered(teacher, token, maya)).toBe(maya.id);
    await become('left');
    await become('active');
    await expect(entered(teacher, token, maya)).rejects.toMatchObject(refused);
    expect(await world.sql`select from sign_in_lookup where hash = ${token}`).toHaveLength(0);
  });

  test('is kept beside the earlier ones of the same device, all of which serve', async () => {
    const device = randomUUID();
    for (const token of [await tokenOf(maya, device), await tokenOf(maya, device)])
      expect(await entered(teacher, token, maya)).toBe(maya.id);
  });

  test('is looked at by retention alone, which removes what has lapsed, and which envelopes came 400 days ago', async () => {
    const [lapsed, live] = [await tokenOf(maya), await tokenOf(maya)];
    await world.sql`update delivery_tokens set expires_at = now() - interval '2 days' where token_hash = ${lapsed}`;
    for (const age of [402, 398])
      await world.sql`
        insert into deliveries (school_id, user_id, envelope_id, carrier_id, created_at)
        values (${schoolId}, ${maya.id}, ${randomUUID()}, ${teacher.id}, now() - make_interval(days => ${age}))`;
    const database = openPool(roleUrl(world.adminUrl, 'background_worker', world.secret), 1);
    const keyring = { encrypt: () => Promise.resolve(randomBytes(8)) };
    const removed = await createRetention({ database, keyring }).apply(schoolId);
    await database.end();
    expect(removed).toMatchObject({ delivery_tokens: 1, deliveries: 1 });
    expect(await entered(teacher, live, maya)).toBe(maya.id);
    expect(await world.sql`select from sign_in_lookup where hash = ${lapsed}`).toHaveLength(0);
  });
});

describe('a class device’s token', () => {
  test('serves for the children of its class, by whichever session', async () => {
    const { token } = await enrol();
    for (const carrier of [maya, leo, teacher]) expect(await entered(carrier, token, maya)).toBe(maya.id);
  });

  test('serves for nobody outside of the class, for no adult, and not in another school', async () => {
    const { id, token } = await enrol();
    await world.joinClass(leo, await world.addClass(schoolId));
    const device = { ...maya, id };
    for (const author of [leo, teacher, device]) await expect(entered(teacher, token, author)).rejects.toMatchObject(refused);
    const elsewhere = await world.addPerson(await world.addSchool(), 'teacher');
    await expect(entered(elsewhere, token, maya)).rejects.toMatchObject(refused);
  });

  test('serves for who has left the class since it was enrolled, not for who had left before, or is to come', async () => {
    const { token } = await enrol(30);
    const [since, before, later] = await Promise.all([1, 2, 3].map(() => world.addPerson(schoolId, 'student')));
    if (!since || !before || !later) throw new Error('Broken promise: three children');
    await world.joinClass(since, willow, { until: dayAgo(10) });
    await world.joinClass(before, willow, { until: dayAgo(40) });
    await world.joinClass(later, willow, { from: dayAgo(-10) });
    expect(await entered(teacher, token, since)).toBe(since.id);
    for (const author of [before, later]) await expect(entered(teacher, token, author)).rejects.toMatchObject(refused);
  });

  test('goes on serving when the device is revoked, or its lease has lapsed; after 400 days it ends', async () => {
    const { id, token } = await enrol(120);
    expect(await entered(teacher, token, maya)).toBe(maya.id);
    await world.sql`update devices set revoked_at = now() where id = ${id}`;
    expect(await entered(teacher, token, maya)).toBe(maya.id);
    const old = await enrol(401);
    await expect(entered(teacher, old.token, maya)).rejects.toMatchObject(refused);
  });

  test('serves for nobody whose access has ended', async () => {
    const { token } = await enrol();
    await world.sql`update users set status = 'suspended' where id = ${maya.id}`;
    await expect(entered(teacher, token, maya)).rejects.toMatchObject(refused);
  });

  test('dates work by when that device was last in contact, and says who logged it', async () => {
    const [{ id, token }, browser] = [await enrol(), randomUUID()];
    const contact = (userId: string, days: number) => world.sql`
      insert into device_contacts (school_id, user_id, device_id, last_contact_at)
      values (${schoolId}, ${userId}, ${browser}, now() - make_interval(days => ${days}))`;
    await contact(id, 10);
    // The child was here yesterday with the same browser: that says nothing of what the tablet had sealed.
    await contact(maya.id, 1);
    const rows = await delivering(teacher, token, maya, async (sql) => {
      const ids = [await log(sql, maya, dayAgo(15), browser), await log(sql, maya, dayAgo(25), browser)];
      return sql`
        select logged_by, logged_by_user_id, flags from homework_completions where id = any (${ids}) order by completion_date desc`;
    });
    const logged = { logged_by: 'class_device', logged_by_user_id: maya.id };
    expect([...rows]).toEqual([
      { ...logged, flags: [] },
      { ...logged, flags: ['date_clamped'] },
    ]);
  });

  test('leaves a person’s own work to the person', async () => {
    const token = await tokenOf(maya);
    const rows = await delivering(teacher, token, maya, async (sql) => {
      const id = await log(sql, maya, dayAgo(0), randomUUID());
      return sql`select logged_by from homework_completions where id = ${id}`;
    });
    expect([...rows]).toEqual([{ logged_by: 'child' }]);
  });
});

describe('the doors', () => {
  test('are gone through once a transaction, by either', async () => {
    const token = await tokenOf(maya);
    const again = (sql: Transaction) => sql`select app.enter_delivery(${teacher.session}, ${token}, ${maya.id})`;
    await expect(world.as(teacher, again)).rejects.toMatchObject({ code: '25001' });
    await expect(delivering(teacher, token, maya, again)).rejects.toMatchObject({ code: '25001' });
  });

  test('are the only ways: nobody calls what is behind them, nor reads a key, a token or what came', async () => {
    for (const role of ['authenticated_user', 'sign_in', 'background_worker', 'auditor'] as const) {
      const acting = world.pool(role)`select app.act_as(${schoolId}, ${maya.id}, 'student')`;
      await expect(acting, role).rejects.toMatchObject(denied);
      await expect(world.pool(role)`select token_hash from delivery_tokens`, role).rejects.toMatchObject(denied);
    }
    for (const table of ['school_keys', 'delivery_tokens', 'deliveries'])
      await expect(world.as(teacher, (sql) => sql`select from ${sql(table)}`)).rejects.toMatchObject(denied);
  });

  test('only a delivery is recorded, once for each author', async () => {
    const [token, envelope] = [await tokenOf(maya), randomUUID()];
    const record = async (sql: Transaction) => (await sql`select app.record_delivery(${envelope}) as first`)[0]?.['first'] as boolean;
    await expect(world.as(maya, record)).rejects.toMatchObject(denied);
    expect(await delivering(teacher, token, maya, record)).toBe(true);
    expect(await delivering(leo, token, maya, record)).toBe(false);
    expect(await delivering(leo, await tokenOf(leo), leo, record)).toBe(true);
    const rows = await world.sql`select user_id, carrier_id from deliveries where envelope_id = ${envelope} order by created_at`;
    expect([...rows]).toEqual([
      { user_id: maya.id, carrier_id: teacher.id },
      { user_id: leo.id, carrier_id: leo.id },
    ]);
  });
});
