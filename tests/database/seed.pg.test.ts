import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verify } from '@node-rs/argon2';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { generateDemoSchools } from '#db/seed/generate.ts';
import { seedDemoSchools } from '#db/seed/index.ts';
import type { DemoSchool } from '#db/seed/model.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing.ts';
import { must } from '#domain/must.ts';
import { createKeyring, type Keyring } from '#server/database/crypto/keyring.ts';
import type { EvidenceStore } from '#server/evidence/evidence-store.ts';
import { createFileEvidenceStore } from '#server/evidence/file-evidence-store.ts';
import { recognise } from '#server/evidence/media-type.ts';
import { createSealedFiles } from '#server/evidence/sealed-files.ts';
import { createFileVault } from '#server/vault/file-vault.ts';

const today = new Date('2026-11-24T16:30:00Z');
const schools = [...generateDemoSchools(today, 'small')];
const [oakHill] = schools;

let database: TestDatabase;
let directory: string;
let keyring: Keyring;
let evidenceStore: EvidenceStore;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgres'));
  directory = await mkdtemp(join(tmpdir(), 'seed-'));
  keyring = createKeyring({ vault: await createFileVault(directory), masterKey: Buffer.from(database.secret, 'hex') });
  evidenceStore = await createFileEvidenceStore(join(directory, 'evidence'));
  sql = postgres(database.adminUrl, { max: 2, onnotice: () => undefined });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
  await rm(directory, { recursive: true });
});

const seed = (withKeyring = keyring): Promise<void> =>
  seedDemoSchools({
    adminUrl: database.adminUrl,
    secret: database.secret,
    keyring: withKeyring,
    evidenceStore,
    today,
    size: 'small',
  });

/** Every row of every table as text; bytes as hexadecimal digits. */
async function dump(): Promise<string> {
  const tables = await sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public' order by tablename`;
  const parts = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await sql<{ text: string }[]>`select each::text as text from ${sql(name)} as each order by 1`;
      return `${name}\n${rows.map((row) => row.text).join('\n')}`;
    }),
  );
  return parts.join('\n');
}

async function count(table: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from ${sql(table)}`;
  return must(row, 'a count is a row').count;
}

const total = (rowsOf: (school: DemoSchool) => readonly unknown[]): number =>
  schools.reduce((sum, school) => sum + rowsOf(school).length, 0);

test('a seed that was cut off leaves no school, only keys that the next one uses', async () => {
  let calls = 0;
  const failing: Keyring = {
    ...keyring,
    blindIndex: (...parameters) => (++calls > 100 ? Promise.reject(new Error('the disk is full')) : keyring.blindIndex(...parameters)),
  };
  await expect(seed(failing)).rejects.toThrow('the disk is full');
  expect(await count('schools')).toBe(0);
  expect(await count('users')).toBe(0);
});

test('two seeds at once make each school once, with every row', async () => {
  await Promise.all([seed(), seed()]);
  expect(await count('schools')).toBe(2);
  expect(await count('classes')).toBe(total((school) => school.classes));
  expect(await count('students')).toBe(80);
  expect(await count('users')).toBe(total((school) => [...school.adults, ...school.children]));
  expect(await count('homework_tasks')).toBe(total((school) => school.tasks));
  expect(await count('homework_completions')).toBe(total((school) => school.completions));
  expect(await count('completion_reviews')).toBe(total((school) => school.reviews));
  expect(await count('excused_days')).toBe(total((school) => school.excusedDays));
  expect(await count('buddy_group_students')).toBe(4);
  expect(await count('buddy_cheers')).toBe(6);
  expect(await count('student_progress')).toBe(80);
  const [badges] = await sql`
    select count(*) filter (where code is null) as own, count(*) filter (where code is null and not is_active) as "outOfUse" from badges`;
  expect(badges).toMatchObject({ own: '6', outOfUse: '2' });
  const given = await sql<{ name: string }[]>`
    select distinct badge.name from student_badges given join badges badge using (school_id) where badge.id = given.badge_id`;
  expect(given.map(({ name }) => name)).toEqual(expect.arrayContaining(['Good Friend', 'Brave Try', 'Teacher’s Spark']));
  expect(await count('derivations_due')).toBe(0);
});

test('every synced row is in the index, with a version that the clock has reached (S1, S2)', async () => {
  const rows = await sql<{ collection: string; count: number }[]>`
    select collection, count(*)::integer as count from sync_index where not is_deleted and version > 0 group by collection`;
  const indexed = Object.fromEntries(rows.map((row) => [row.collection, row.count]));
  expect(indexed).toMatchObject({
    completions: total((school) => school.completions),
    receipts: total((school) => school.completions),
    reviews: total((school) => school.reviews),
    tasks: total((school) => school.tasks),
    classes: total((school) => school.classes),
    progress: 80,
  });
  const [ahead] = await sql`select 1 from sync_index i join school_clock c using (school_id) where i.version > c.version`;
  expect(ahead).toBeUndefined();
});

test('Maya’s teacher has said something with a mark, which is a recording that plays', async () => {
  const voices = await sql<
    { id: string; studentId: string; storageKey: string; key: Buffer; bytes: number; durationMs: number; reviewer: string }[]
  >`
    select file.id, file.student_id as "studentId", file.storage_key as "storageKey", file.file_key_encrypted as key, file.bytes,
      file.duration_ms as "durationMs", review.reviewer_id as reviewer
    from evidence file join completion_reviews review on review.voice_id = file.id where file.state = 'ready'`;
  const [voice] = voices;
  expect(voices).toHaveLength(1);
  const maya = oakHill?.children.find(({ history }) => history === 'maya');
  expect(voice).toMatchObject({ studentId: maya?.id, durationMs: 7_500 });
  const { id, studentId, storageKey, key, bytes, reviewer } = must(voice, 'there is one');
  expect(oakHill?.adults.find((adult) => adult.id === reviewer)?.name).toBe('Ms Amara Okafor');
  const files = createSealedFiles(evidenceStore, keyring);
  const schoolId = must(oakHill, 'the first school is Oak Hill').id;
  const file = await files.open({ schoolId, studentId, evidenceId: id, storageKey, fileKeyEncrypted: key, sealedAs: null });
  const content = must(await file.read(), 'the file is there');
  expect(content).toHaveLength(bytes);
  expect(await recognise('audio', content)).toEqual({ mediaType: 'audio/mp4' });
});

test('what the server owns is historical: received, counted and judged when it says', async () => {
  const rows = await sql<{ id: string; receivedAt: Date; status: string; punctuality: string | null; effectiveDate: string }[]>`
    select id, received_at as "receivedAt", status, punctuality, effective_date::text as "effectiveDate" from homework_completions`;
  const rowsById = new Map(rows.map((row) => [row.id, row]));
  for (const school of schools) {
    for (const { id, receivedAt, status, punctuality, effectiveDate } of school.completions) {
      expect(rowsById.get(id)).toEqual({ id, receivedAt: new Date(receivedAt), status, punctuality, effectiveDate });
    }
  }
});

test('the documented sign-ins open', async () => {
  const school = must(oakHill, 'Oak Hill is the first school');
  for (const email of ['admin', 'teacher', 'teacher2', 'parent'].map((name) => `${name}@oak-hill.example`)) {
    const [row] = await sql<{ hash: string }[]>`
      select password_hash as hash from credentials join users on users.school_id = credentials.school_id and users.id = credentials.user_id
      where users.school_id = ${school.id} and email_index = ${await keyring.blindIndex(school.id, 'email', email)}`;
    expect(await verify(must(row, email).hash, 'streaks-demo')).toBe(true);
  }
  for (const [code, name, pictures] of [
    ['WILLOW4', 'maya', '1-5-9'],
    ['ACORN1', 'leo', '2-4-6'],
  ] as const) {
    const [found] = await sql<{ classId: string }[]>`
      select id as "classId" from classes where code_hash = ${await keyring.lookupHash('class_code', code)}`;
    const [row] = await sql<{ hash: string; id: string; name: Uint8Array }[]>`
      select picture_code_hash as hash, user_id as id, login_name_encrypted as name from credentials
      where school_id = ${school.id} and login_index = ${await keyring.blindIndex(school.id, 'login', `${must(found, code).classId}|${name}`)}`;
    const credential = must(row, name);
    expect(await verify(credential.hash, pictures)).toBe(true);
    const cell = { table: 'credentials', column: 'login_name_encrypted', row: credential.id };
    expect(await keyring.decrypt({ schoolId: school.id, subjectId: credential.id }, cell, credential.name)).toBe(name);
  }
});

test('the words of children and teachers open with their keys', async () => {
  const school = must(oakHill, 'Oak Hill is the first school');
  const works = await sql<{ id: string; studentId: string; sealed: Uint8Array }[]>`
    select id, student_id as "studentId", written_work_encrypted as sealed from homework_completions
    where school_id = ${school.id} and written_work_encrypted is not null limit 50`;
  expect(works).toHaveLength(50);
  for (const { id, studentId, sealed } of works) {
    const cell = { table: 'homework_completions', column: 'written_work_encrypted', row: id };
    expect(await keyring.decrypt({ schoolId: school.id, subjectId: studentId }, cell, sealed)).toBe(
      school.completions.find((one) => one.id === id)?.writtenWork,
    );
  }
});

test('a dump of the database shows no name, no address and no word that anybody wrote', async () => {
  const text = await dump();
  // Some first names are also names of trees, and so of classes and levels, which are not secret.
  const publicWords = new Set(
    schools.flatMap((school) => [...school.classes, ...school.clubs.flatMap((club) => club.levels)]).flatMap((one) => one.name.split(' ')),
  );
  const canaries = schools.flatMap((school) => [
    ...school.children.flatMap((child) => [child.firstName, child.surname, `${child.firstName} ${child.surname}`]),
    ...school.adults.flatMap((adult) => [adult.name, adult.email]),
    ...school.completions.map((one) => one.writtenWork ?? ''),
    ...school.reviews.map((review) => review.comment ?? ''),
  ]);
  const secrets = [...new Set(canaries)].filter((one) => one.length >= 4 && !publicWords.has(one));
  expect(secrets.length).toBeGreaterThan(500);
  const hex = (one: string): string => Buffer.from(one).toString('hex');
  const base64 = (one: string): string => Buffer.from(one).toString('base64').slice(0, -4);
  const found = secrets.filter((one) => text.includes(one) || text.includes(hex(one)) || (one.length > 12 && text.includes(base64(one))));
  expect(found).toEqual([]);
  // The search itself works: what is public is found.
  expect(text).toContain('4 Willow');
});

test('a second call changes nothing, nor does another day', async () => {
  const before = await dump();
  await seed();
  await seedDemoSchools({ adminUrl: database.adminUrl, secret: database.secret, keyring, today: new Date('2026-11-24T20:00:00Z') });
  expect((await dump()) === before).toBe(true);
});
