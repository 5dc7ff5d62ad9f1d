import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyEveryAudit } from '#db/verify-audit.ts';
import { roleUrl } from '#db/roles.ts';
import { createSealing } from '#server/audit/sealing.ts';
import { openPool } from '#server/database/connections.ts';
import { noteErasure } from '#server/vault/erasure-ledger.ts';
import { createFileVault } from '#server/vault/file-vault.ts';
import type { Vault } from '#server/vault/vault.ts';
import { openWorld, type Person, type Transaction, type World } from './world.ts';

let world: World;
let directory: string;
let vault: Vault;
let school: string;
let student: Person;
let club: string;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-'));
  vault = await createFileVault(directory);
  // Each test tampers with a school of its own, and leaves it so.
  await world.sql`delete from audit_log`;
  await world.sql`delete from audit_seals`;
  await world.sql`delete from audit_chains`;
  school = await world.addSchool();
  student = await world.addPerson(school, 'student');
  club = await world.addClub(school);
  for (let count = 0; count < 5; count++) await world.addCompletion(student, club);
  await world.seal(school);
  return () => rm(directory, { recursive: true });
});

const verify = () => verifyEveryAudit(world.adminUrl, vault);
const line = async () => (await verify()).lines.join('\n');

/** Positions of the five completions, and the ids of their rows in the log. */
async function sealedRows(): Promise<{ position: number; id: string }[]> {
  return world.sql<{ position: number; id: string }[]>`
    select seal.position, seal.id from audit_seals seal join audit_log log using (school_id, transaction_id, id)
    where school_id = ${school} and entity_type = 'homework_completions' order by seal.position`;
}

async function nth(index: number): Promise<{ position: number; id: string }> {
  const row = (await sealedRows())[index];
  if (!row) throw new Error('five completions were sealed');
  return row;
}

test('a log as it was written is whole', async () => {
  const { lines, isWhole } = await verify();
  expect(lines.filter((one) => one.startsWith('✗'))).toEqual([]);
  expect(isWhole).toBe(true);
  expect(lines.join('\n')).toMatch(/✓ school-.*: \d+ rows as sealed, 0 still to seal/);
  const [chain] = await world.sql`select position from audit_chains where school_id = ${school}`;
  expect(chain?.['position']).toBeGreaterThan(5);
});

test('rows that come to light late are sealed all the same, none twice', async () => {
  const [slow, fast] = [randomUUID(), randomUUID()];
  const insert = (sql: Transaction | World['sql'], id: string) =>
    sql`insert into clubs (school_id, id, subject, name, icon, colour, year_groups, strands) values (${school}, ${id}, 'other', 'x', 'x', 'x', '{}', '{}')`;
  await world.sql.begin(async (transaction) => {
    await insert(transaction, slow);
    await insert(world.sql, fast);
    // The horizon is the slow one: what is later than it waits.
    await world.asWorker(school, (sql) => sql`select app.seal_audit(${school})`);
    expect(
      await world.sql`select 1 from audit_seals join audit_log using (school_id, transaction_id, id) where entity_id = ${fast}`,
    ).toHaveLength(0);
  });
  await world.seal(school);
  await world.seal(school);
  const sealed = await world.sql`
    select entity_id from audit_seals join audit_log using (school_id, transaction_id, id) where entity_id = any (${[slow, fast]}::uuid[])`;
  expect(sealed).toHaveLength(2);
  expect((await verify()).isWhole).toBe(true);
});

test('two sealers at once make one chain', async () => {
  for (let count = 0; count < 20; count++) await world.addCompletion(student, club);
  await Promise.all(Array.from({ length: 4 }, () => world.seal(school)));
  expect((await verify()).isWhole).toBe(true);
});

describe('tampering by the administrator of the database', () => {
  test('a value that was changed is named', async () => {
    const { position, id } = await nth(2);
    await world.sql`update audit_log set new_values = new_values || '{"minutes": "55"}' where id = ${id}`;
    expect(await line()).toMatch(
      new RegExp(`row ${String(position)} \\(${id}.* about homework_completions .*: what it says is not what was sealed`),
    );
    expect((await verify()).isWhole).toBe(false);
  });

  test.each([
    ['who did it', 'user_id = gen_random_uuid()'],
    ['what was done', "action = 'DELETE'"],
    ['when', "timestamp = timestamp + interval '1 second'"],
    ['whose it was', 'subject_id = null'],
    ['where from', "ip_address = '192.0.2.1'"],
  ])('%s, changed, is named', async (_what, change) => {
    const { position, id } = await nth(1);
    await world.sql.unsafe(`update audit_log set ${change} where id = '${id}'`);
    expect(await line()).toContain(`row ${String(position)} (${id}`);
    expect(await line()).toContain('is not what was sealed');
  });

  test('a row that was removed is named', async () => {
    const { position, id } = await nth(3);
    await world.sql`delete from audit_log where id = ${id}`;
    expect(await line()).toMatch(new RegExp(`row ${String(position)} \\(${id}.*: it was sealed and is not there any more`));
  });

  test('a row that was removed with its seal is noticed at the one after it', async () => {
    const { position, id } = await nth(2);
    await world.sql`delete from audit_log where id = ${id}`;
    await world.sql`delete from audit_seals where id = ${id}`;
    expect(await line()).toMatch(new RegExp(`row ${String(position + 1)} .*: its seal was changed, or one was taken out before it`));
  });

  test('two rows that were swapped are named', async () => {
    const [one, other] = [await nth(1), await nth(3)];
    await world.sql`
      update audit_log log set entity_id = swapped.entity_id, new_values = swapped.new_values
      from audit_log swapped
      where log.id = any (${[one.id, other.id]}::uuid[]) and swapped.id = any (${[one.id, other.id]}::uuid[]) and swapped.id <> log.id`;
    expect(await line()).toContain(`row ${String(one.position)} (${one.id}`);
  });

  test('a row that was put in among sealed ones is named, with and without an old transaction', async () => {
    const id = randomUUID();
    await world.sql`
      insert into audit_log (school_id, id, action, entity_type, entity_id, timestamp, transaction_id)
      values (${school}, ${id}, 'READ', 'record', ${id}, now() - interval '10 minutes', '100')`;
    expect(await line()).toMatch(new RegExp(`a row without a seal \\(${id}.* about record ${id}: it was put in`));
    await world.sql`delete from audit_log where id = ${id}`;

    await world.sql`
      insert into audit_log (school_id, id, action, entity_type, entity_id, timestamp)
      values (${school}, ${id}, 'READ', 'record', ${id}, now() - interval '2 days')`;
    await world.seal(school);
    expect(await line()).toMatch(new RegExp(`row \\d+ \\(${id}.*: it was put in among rows that had been sealed before`));
  });

  test('values that were taken out, though nobody was erased, are named', async () => {
    const { position, id } = await nth(0);
    await world.sql`update audit_log set old_values = null, new_values = null where id = ${id}`;
    await world.sql`update audit_seals set values_salt = null where id = ${id}`;
    expect(await line()).toMatch(new RegExp(`row ${String(position)} .*: its values were taken out, though nobody was erased`));
  });

  test('an end that was cut off is noticed, and so is a chain that was built anew', async () => {
    const worker = openPool(roleUrl(world.adminUrl, 'background_worker', world.secret), 1);
    const sealing = createSealing(worker, vault);
    try {
      await sealing.noteEnds();
    } finally {
      await worker.end();
    }
    const last = await nth(4);
    const [end] = await world.sql<{ position: number }[]>`select position from audit_chains where school_id = ${school}`;
    await world.sql`delete from audit_log where school_id = ${school}`;
    await world.sql`delete from audit_seals where school_id = ${school}`;
    await world.sql`delete from audit_chains where school_id = ${school}`;
    expect(await line()).toContain(`row ${String(end?.position)}: the chain ends before it`);
    for (let count = 0; count < Number(end?.position) + 3; count++) await world.addCompletion(student, club);
    await world.seal(school);
    expect(await line()).toMatch(/row \d+ .*: the chain has another seal there than the one noted in the vault/);
    expect(last.position).toBeGreaterThan(0);
  });
});

test('who was erased leaves no values, and a chain that is whole', async () => {
  const other = await world.addPerson(school, 'student');
  await world.addCompletion(other, club);
  await world.seal(school);
  await noteErasure(vault, { schoolId: school, subjectId: student.id }, new Date());
  await world.asWorker(school, (sql) => sql`select app.erase_subject(${school}, ${student.id})`);
  await world.seal(school);
  const left = await world.sql`
    select 1 from audit_log where school_id = ${school} and subject_id = ${student.id} and coalesce(old_values, new_values) is not null`;
  expect(left).toHaveLength(0);
  expect(
    await world.sql`select 1 from audit_log where school_id = ${school} and subject_id = ${other.id} and new_values is not null`,
  ).not.toHaveLength(0);
  expect((await verify()).lines.filter((one) => one.startsWith('✗'))).toEqual([]);
});

test('what retention takes away is said in the log, and the rest stays whole', async () => {
  await world.sql`update audit_log set timestamp = timestamp - interval '400 days' where id = any (${(await sealedRows()).slice(0, 2).map(({ id }) => id)}::uuid[])`;
  await world.sql`update audit_seals set timestamp = timestamp - interval '400 days' where id = any (${(await sealedRows()).slice(0, 2).map(({ id }) => id)}::uuid[])`;
  const forget = () =>
    world.asWorker(school, (sql) => sql<{ rows: number }[]>`select app.forget_audit(${school}, now() - interval '365 days') as rows`);
  expect((await forget())[0]?.rows).toBe(2);
  expect((await forget())[0]?.rows).toBe(0);
  await world.seal(school);
  expect((await verify()).lines.filter((one) => one.startsWith('✗'))).toEqual([]);

  // Whoever hides a removal behind it is found by the sum.
  const { id } = await nth(0);
  await world.sql`delete from audit_log where id = ${id}`;
  await world.sql`delete from audit_seals where id = ${id}`;
  await world.sql`update audit_chains set floor_position = position where school_id = ${school}`;
  expect(await line()).toContain('it was sealed and is not there any more');
});
