import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { generateDemoSchools } from '#db/seed/generate.ts';
import { seedDemoSchools } from '#db/seed/index.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing.ts';
import { roleUrl } from '#db/roles.ts';
import { must } from '#domain/must.ts';
import { createKeyring } from '#server/database/crypto/keyring.ts';
import { openPool, type Database } from '#server/database/connections.ts';
import { createDeriver, type Deriver, type DeriverOptions } from '#server/derive/deriver.ts';
import { createFileVault } from '#server/vault/file-vault.ts';

const today = new Date('2026-11-24T16:30:00Z');
const [generated] = generateDemoSchools(today, 'small');
const school = must(generated, 'Oak Hill is the first school');
const maya = must(
  school.children.find((child) => child.history === 'maya'),
  'Maya is in Oak Hill',
);
const teacher = must(school.classes.find((one) => one.id === maya.classId)?.staff[0], 'a class has a lead').teacherId;

let database: TestDatabase;
let directory: string;
let sql: postgres.Sql;
let pool: Database;
const derivers: Deriver[] = [];

function deriver(options: Partial<DeriverOptions> = {}): Deriver {
  const one = createDeriver({ database: pool, clock: () => today, ...options });
  derivers.push(one);
  return one;
}

beforeAll(async () => {
  database = await createTestDatabase(inject('postgres'));
  directory = await mkdtemp(join(tmpdir(), 'derive-'));
  const keyring = createKeyring({ vault: await createFileVault(directory), masterKey: Buffer.from(database.secret, 'hex') });
  await seedDemoSchools({ adminUrl: database.adminUrl, secret: database.secret, keyring, today, size: 'small' });
  sql = postgres(database.adminUrl, { max: 6, onnotice: () => undefined });
  pool = openPool(roleUrl(database.adminUrl, 'background_worker', database.secret), 6);
});
afterEach(async () => {
  for (const one of derivers.splice(0)) await one.stop();
});
afterAll(async () => {
  await Promise.all([sql.end(), pool.end()]);
  await database.drop();
  await rm(directory, { recursive: true });
});

async function waitingPiece(): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select id from homework_completions where school_id = ${school.id} and student_id = ${maya.id} and status = 'submitted' order by id limit 1`;
  return must(row, 'Maya has work that waits').id;
}

async function review(completionId: string, verdict: string, restores: string | null = null, studentId = maya.id): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into completion_reviews (school_id, id, completion_id, student_id, reviewer_id, verdict, restores, captured_at)
    values (${school.id}, ${id}, ${completionId}, ${studentId}, ${teacher}, ${verdict}, ${restores}, ${today})`;
  return id;
}

async function logPiece(studentId: string, day = '2026-11-24'): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
    values (${school.id}, ${id}, ${studentId}, ${must(school.clubs[0], 'a school has clubs').id}, ${day}, 'show_in_class', ${today})`;
  return id;
}

async function statusOf(id: string): Promise<string | undefined> {
  const [row] = await sql<{ status: string }[]>`select status from homework_completions where school_id = ${school.id} and id = ${id}`;
  return row?.status;
}

async function clock(): Promise<number> {
  const [row] = await sql<{ version: number }[]>`select version::integer as version from school_clock where school_id = ${school.id}`;
  return must(row, 'a school has a clock').version;
}

async function due(): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from derivations_due where school_id = ${school.id}`;
  return must(row, 'a count is a row').count;
}

test('a mark becomes the status of its attempt, and undoing it takes it back', async () => {
  const id = await waitingPiece();
  const changed: string[] = [];
  const one = deriver({ derived: (schoolId) => changed.push(schoolId) });
  const approved = await review(id, 'approved');
  await one.drain(school.id);
  expect(await statusOf(id)).toBe('approved');
  await review(id, 'restored', approved);
  await one.drain(school.id);
  expect(await statusOf(id)).toBe('submitted');
  expect(changed).toEqual([school.id, school.id]);
  expect(await due()).toBe(0);
});

test('what is as it was is not stamped', async () => {
  const one = deriver();
  const before = await clock();
  await sql`insert into derivations_due (school_id, student_id) select school_id, id from students where school_id = ${school.id}`;
  await one.drain(school.id);
  expect(await due()).toBe(0);
  expect(await clock()).toBe(before);
});

test('a new piece changes the progress of its child alone', async () => {
  const one = deriver();
  const before = await clock();
  const id = await logPiece(maya.id);
  await one.drain(school.id);
  const stamped = await sql<{ collection: string; documentId: string }[]>`
    select collection, document_id as "documentId" from sync_index where school_id = ${school.id} and version > ${before} order by collection`;
  expect(stamped.map((row) => [row.collection, row.documentId])).toEqual([
    ['completions', id],
    ['progress', maya.id],
    ['receipts', id],
  ]);
});

test('an approval and a teacher’s placement come to points and levels, and Maya has badges with their days', async () => {
  const recognition = async () => {
    const [row] = await sql<{ points: number; level: number; clubLevels: Record<string, unknown>; badges: Record<string, string> }[]>`
      select points, level, club_levels as "clubLevels", badges from student_progress
      where school_id = ${school.id} and student_id = ${maya.id}`;
    return must(row, 'Maya has progress');
  };
  const one = deriver();
  await one.drain(school.id);
  const before = await recognition();
  const days = await sql<{ first: string; count: number }[]>`
    select min(effective_date)::text as first, count(distinct effective_date)::integer as count from homework_completions
    where school_id = ${school.id} and student_id = ${maya.id} and status <> 'void'`;
  expect(before.badges['first_step']).toBe(must(days[0], 'a count is a row').first);
  expect(before.points).toBeGreaterThanOrEqual(10 * must(days[0], 'a count is a row').count);

  const id = await logPiece(maya.id, '2026-11-21');
  await one.drain(school.id);
  const logged = await recognition();
  expect(logged.points - before.points).toBe(10);
  await review(id, 'approved');
  await one.drain(school.id);
  expect((await recognition()).points - logged.points).toBe(10);

  const club = must(school.clubs[0], 'a school has clubs');
  const level = must(club.levels[9], 'a club has 21 levels');
  await sql`
    insert into student_levels (school_id, id, student_id, club_id, level_id, set_by, teacher_id, reason_encrypted, set_at)
    values (${school.id}, ${randomUUID()}, ${maya.id}, ${club.id}, ${level.id}, 'teacher', ${teacher}, 'sealed', ${today})`;
  await one.drain(school.id);
  expect((await recognition()).clubLevels[club.id]).toEqual({ level: 10, pieces: 0, placed: { level: 10, on: '2026-11-24' } });
});

test('several derivers and many writers at once come to what all rows say', async () => {
  const many = [deriver(), deriver(), deriver()];
  const pieces = await Promise.all(
    school.children.slice(0, 20).map(async ({ id: studentId }) => {
      const id = await logPiece(studentId);
      for (const one of many) one.kick(school.id);
      await review(id, 'returned', null, studentId);
      for (const one of many) one.kick(school.id);
      await review(id, 'approved', null, studentId);
      for (const one of many) one.kick(school.id);
      return id;
    }),
  );
  await Promise.all(many.map((one) => one.idle()));
  expect(await due()).toBe(0);
  expect(await Promise.all(pieces.map(statusOf))).toEqual(pieces.map(() => 'approved'));
  const [stray] = await sql`
    select 1 from homework_completions where school_id = ${school.id} and status = 'submitted'
    and id in (select completion_id from completion_reviews r where verdict = 'approved' and not exists (select from completion_reviews u where u.restores = r.id))`;
  expect(stray).toBeUndefined();
});

test('a derivation that fails leaves the child due, and says so', async () => {
  const id = await waitingPiece();
  await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$`;
  await sql`create trigger refuse before update on homework_completions for each row execute function refuse()`;
  const failures: unknown[] = [];
  const one = deriver({ failed: (error) => failures.push(error) });
  const approved = await review(id, 'approved');
  one.kick(school.id);
  await one.idle();
  expect(failures).toHaveLength(1);
  expect(await due()).toBeGreaterThan(0);
  await sql`drop function refuse() cascade`;
  // What an earlier process left is found at the next start.
  one.start();
  await one.idle();
  expect(await statusOf(id)).toBe('approved');
  await review(id, 'restored', approved);
});

test('a week that ends is kept with the target it was judged by, though nothing else happened', async () => {
  const weeksOf = async (): Promise<number> => {
    const [row] = await sql<{ count: number }[]>`
      select min(jsonb_array_length(weeks))::integer as count from student_progress where school_id = ${school.id}`;
    return must(row, 'there is progress').count;
  };
  const before = await weeksOf();
  const one = deriver({ clock: () => new Date('2026-12-01T09:00:00Z') });
  one.start();
  await one.idle();
  expect(await weeksOf()).toBe(before + 1);
});

test('one school at a time: the worker’s door opens to no other school', async () => {
  const rows = await pool.begin(async (transaction) => {
    await transaction`select app.enter_worker(${school.id})`;
    return transaction`select distinct school_id from homework_completions`;
  });
  expect(rows).toHaveLength(1);
  expect(await pool`select 1 from homework_completions limit 1`).toHaveLength(0);
});

test('a class whose garden was in full bloom as its week ended has brought its badge to those who were in it', async () => {
  const days = ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19'];
  await sql`
    insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
    select school_id, gen_random_uuid(), student_id, ${must(school.clubs[0], 'a school has clubs').id}, day, 'show_in_class', ${today}
    from class_students cross join unnest(${days}::date[]) as day where class_id = ${maya.classId}`;
  await deriver().drain(school.id);
  const holders = await sql`
    select distinct member.class_id, kept.badges ->> 'class_garden' as on
    from student_progress kept join class_students member on member.student_id = kept.student_id
    where kept.school_id = ${school.id} and kept.badges ? 'class_garden'`;
  expect(holders).toEqual([{ class_id: maya.classId, on: '2026-11-22' }]);
  expect(await sql`select from derivations_due where school_id = ${school.id}`).toHaveLength(0);
});
