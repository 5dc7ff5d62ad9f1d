import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { addDays, mondayOf, weekday } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import type { Database, Transaction } from '#server/database/connections.ts';
import { createDeriver } from '#server/derive/deriver.ts';
import { now, RetentionScene } from './retention-scene.ts';
import type { Person } from './world.ts';

/** Homework of past years: shown first, removed in pieces, held where it must be, and no child's run suffers from it. */

const scene = RetentionScene.open();
const { retention, due, countOf, hold, endHolds } = scene;

/** The worker's pool, whose transactions do `step` last before they commit. */
function cutOffBefore(step: () => void): Database {
  return new Proxy(scene.worker, {
    get(target, name) {
      if (name !== 'begin') return Reflect.get(target, name) as unknown;
      return (mode: string, work: (sql: Transaction) => Promise<unknown>) =>
        target.begin(mode, async (sql) => {
          const result = await work(sql);
          step();
          return result;
        });
    },
  });
}

/** By kind, what the audit log says was removed. */
async function auditedSums(): Promise<Record<string, number>> {
  const rows = await scene.world.sql<{ kind: string; removed: number }[]>`
    select new_values ->> 'kind' as kind, sum((new_values ->> 'removed')::integer)::integer as removed
    from audit_log where school_id = ${scene.schoolId} and action = 'DELETE' and entity_type = 'retention' group by 1`;
  return Object.fromEntries(rows.map(({ kind, removed }) => [kind, removed]));
}

/** Homework of three school years: diligent, with two weeks missed now and then; every fifth piece came back and was tried again. */
async function logYears(student: Person): Promise<void> {
  const rows: Record<string, unknown>[] = [];
  const reviews: Record<string, unknown>[] = [];
  const own = { school_id: scene.schoolId, student_id: student.id };
  for (let day = '2024-09-02'; day < '2026-11-24'; day = addDays(day, 1)) {
    const week = Math.round((Date.parse(mondayOf(day)) - Date.parse('2024-09-02')) / 604_800_000);
    if (weekday(day) > 4 || week % 23 === 7 || week % 23 === 8) continue;
    const id = randomUUID();
    const last = rows.at(-1);
    const isAnswer = rows.length % 5 === 4;
    rows.push({
      ...own,
      id,
      club_id: scene.clubId,
      completion_date: day,
      evidence_kind: 'written',
      activity: rows.length % 3 === 0 ? 'reading' : null,
      captured_at: `${day}T16:00:00Z`,
      previous_attempt_id: isAnswer ? last?.['id'] : null,
    });
    reviews.push({
      ...own,
      id: randomUUID(),
      completion_id: id,
      reviewer_id: scene.teacher.id,
      verdict: rows.length % 5 === 4 ? 'returned' : 'approved',
      captured_at: `${day}T18:00:00Z`,
    });
  }
  await scene.world.sql.begin(async (sql) => {
    await sql`insert into homework_completions ${sql(rows)}`;
    await sql`insert into completion_reviews ${sql(reviews)}`;
  });
  await derive();
}

async function derive(): Promise<void> {
  const deriver = createDeriver({ database: scene.worker, clock: () => now });
  await deriver.drain(scene.schoolId);
  await deriver.stop();
}

interface Kept {
  readonly currentRun: number;
  readonly longestRun: number;
  readonly clubs: unknown;
  readonly points: number;
  readonly level: number;
  readonly clubLevels: unknown;
  readonly badges: Readonly<Record<string, string>>;
  readonly opening: { monday: string } | null;
}

async function progressOf(student: Person) {
  const [row] = await scene.world.sql<Kept[]>`
    select current_run as "currentRun", longest_run as "longestRun", clubs, points, level, club_levels as "clubLevels", badges, opening
    from student_progress
    where school_id = ${scene.schoolId} and student_id = ${student.id}`;
  return must(row, 'a child who logged homework has progress');
}

/** Teacher's Spark and a badge of the school's own, given long ago. */
async function giveBadges(student: Person): Promise<void> {
  const own = {
    school_id: scene.schoolId,
    id: randomUUID(),
    name: 'Kind Helper',
    sentence: 'You helped.',
    picture: 'heart',
    given_by: 'teacher',
  };
  await scene.world.sql`insert into badges ${scene.world.sql(own)}`;
  await scene.world.sql`
    insert into student_badges (school_id, id, student_id, badge_id, given_by, teacher_id, awarded_on)
    select school_id, gen_random_uuid(), ${student.id}, id, given_by, ${scene.teacher.id}, '2024-10-01'
    from badges where school_id = ${scene.schoolId} and given_by = 'teacher'`;
}

async function givenTo(student: Person) {
  return scene.world.sql`select id, badge_id, teacher_id, awarded_on from student_badges where student_id = ${student.id} order by id`;
}

describe('homework of past years', () => {
  test('goes, and the run, the figures of each club, points, levels and badges stay as they were', async () => {
    const { world, schoolId, child } = scene;
    await logYears(child);
    await giveBadges(child);
    const given = await givenTo(child);
    expect(given).toHaveLength(2);
    const before = await progressOf(child);
    expect(before.longestRun).toBeGreaterThan(20);
    expect(before.points).toBeGreaterThan(1000);
    expect(Object.keys(before.badges)).toEqual(expect.arrayContaining(['first_step', 'run_25', 'try_again_5', 'century', 'bookworm']));
    const [old] = await world.sql<{ count: number }[]>`
      select count(*)::integer as count from homework_completions where school_id = ${schoolId} and completion_date < '2025-09-01'`;
    const removed = await retention().apply(schoolId);
    expect(removed.completions).toBeGreaterThan(100);
    expect(removed.completions).toBeGreaterThanOrEqual(must(old, 'a count is a row').count - 1);
    const [left] = await world.sql<{ oldest: Date }[]>`
      select min(completion_date)::text as oldest from homework_completions where school_id = ${schoolId}`;
    expect(String(must(left, 'a minimum is a row').oldest) >= '2025-08-28').toBe(true);
    const after = await progressOf(child);
    expect({ ...after, opening: null }).toEqual({ ...before, opening: null });
    // The year before this one is archived too: everything before September is folded.
    expect(after.opening?.monday).toBe('2026-08-31');

    await world.sql`insert into derivations_due (school_id, student_id) values (${schoolId}, ${child.id})`;
    await derive();
    expect(await progressOf(child)).toEqual(after);
    // What a teacher gave follows from nothing that has gone.
    expect(await givenTo(child)).toEqual(given);
  });

  test('of the year before, devices forget and the database keeps (S2)', async () => {
    const { world, schoolId, child } = scene;
    await logYears(child);
    await retention().apply(schoolId);
    const rows = await world.sql<{ isArchived: boolean; oldest: string; newest: string }[]>`
      select entry.is_archived as "isArchived", min(completion_date)::text as oldest, max(completion_date)::text as newest
      from homework_completions completion
      join sync_index entry on entry.school_id = completion.school_id and entry.collection = 'completions' and entry.document_id = completion.id
      where completion.school_id = ${schoolId} group by 1 order by 1`;
    expect(rows.map(({ isArchived }) => isArchived)).toEqual([false, true]);
    expect(must(rows[0], 'this year is there').oldest >= '2026-08-31').toBe(true);
    expect(must(rows[1], 'the last year is there').newest < '2026-08-31').toBe(true);
  });

  test('a held child’s stays whole, and goes when the hold ends', async () => {
    const { schoolId, child } = scene;
    await logYears(child);
    await hold(child);
    const before = await countOf('homework_completions');
    await retention().apply(schoolId);
    expect(await countOf('homework_completions')).toBe(before);
    await endHolds();
    await retention().apply(schoolId);
    expect(await countOf('homework_completions')).toBeLessThan(before);
  });
});

describe('a run', () => {
  test('shows first what it will remove, and changes nothing by showing', async () => {
    const { schoolId, child } = scene;
    await logYears(child);
    const rows = await countOf('homework_completions');
    const promised = await retention().preview(schoolId);
    expect(await countOf('homework_completions')).toBe(rows);
    expect(await countOf('retention_runs')).toBe(0);
    const removed = await retention().apply(schoolId);
    for (const { entityType, count } of promised)
      if (entityType !== 'earlier_years') expect(removed[entityType] ?? 0, entityType).toBe(count);
    expect((await retention().preview(schoolId)).map(({ count }) => count)).toEqual(promised.map(() => 0));
  });

  test('writes down what each batch removed, in its run and in the audit log', async () => {
    const { world, schoolId, child } = scene;
    await logYears(child);
    const removed = await retention().apply(schoolId);
    const [run] =
      await world.sql`select id, removed, finished_at is not null as "isFinished" from retention_runs where school_id = ${schoolId}`;
    expect(run).toMatchObject({ removed, isFinished: true });
    expect(await auditedSums()).toEqual(removed);
    const entries = await world.sql`
      select distinct entity_id as id, user_id as "userId", acted_as as "actedAs" from audit_log
      where school_id = ${schoolId} and entity_type = 'retention'`;
    expect([...entries]).toEqual([{ id: run?.['id'] as string, userId: null, actedAs: 'background_worker' }]);
  });

  test('that is killed at any point is gone on with, and comes to the same', async () => {
    const { world, schoolId, child, mother } = scene;
    const children = [child, await world.addPerson(schoolId, 'student')];
    for (const one of children) await logYears(one);
    await world.sql`
      insert into notices (school_id, id, audience, user_id, kind, code, message, created_at)
      select ${schoolId}, gen_random_uuid(), 'account', ${mother.id}, 'rejection', 'not_allowed', 'No', '2026-01-01' from generate_series(1, 600)`;
    const before = await Promise.all(children.map(progressOf));
    let kills = 0;
    // Each try gets one step further: cut off before the commit of a batch, then right after it.
    for (let allowed = 0; ; allowed++) {
      let steps = 0;
      const step = (): void => {
        if (steps++ >= allowed) throw new Error('killed');
      };
      try {
        await retention({ database: cutOffBefore(step), committed: step }).apply(schoolId);
        break;
      } catch {
        kills++;
      }
    }
    expect(kills).toBeGreaterThan(2);
    expect(
      (await Promise.all(children.map(progressOf))).map(({ currentRun, longestRun, clubs }) => [currentRun, longestRun, clubs]),
    ).toEqual(before.map(({ currentRun, longestRun, clubs }) => [currentRun, longestRun, clubs]));
    expect(await countOf('notices')).toBe(0);
    expect(await countOf('retention_runs')).toBe(1);
    expect((await retention().preview(schoolId)).every(({ count }) => count === 0)).toBe(true);
  }, 180_000);

  test('of two processes at once removes each thing once', async () => {
    const { schoolId, child } = scene;
    await logYears(child);
    const promised = await due('completions');
    await Promise.all([retention().apply(schoolId), retention().apply(schoolId)]);
    expect((await auditedSums())['completions']).toBe(promised);
  });

  test('touches no other school', async () => {
    const { world, child } = scene;
    await logYears(child);
    const other = await world.addSchool();
    await retention().apply(other);
    expect(await due('completions')).toBeGreaterThan(0);
  });
});
