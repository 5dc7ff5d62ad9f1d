import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules } from './rules/index.ts';
import { offenders, tenantTables } from './rules/rule.ts';
import { openWorld, type World } from './world.ts';

/** What every table and function keeps to (db/CONVENTIONS.md), read from the catalogue, so that a new one cannot forget. */

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Names of the things that a query finds. */
async function names(rows: PromiseLike<readonly { name: string }[]>): Promise<string[]> {
  return (await rows).map(({ name }) => name);
}

test.each(Object.entries(rules).map(([name, rule]) => ({ name, rule, sentence: rule.sentence })))('$name: $sentence', async ({ rule }) => {
  expect(await offenders(world.sql, rule)).toEqual([]);
});

test('the rules speak of something: they are asked of every table of every school', async () => {
  const tables = await names(world.sql`select relname as name from (${tenantTables(world.sql)}) tenant order by 1`);
  console.log(`${String(Object.keys(rules).length)} rules hold on ${String(tables.length)} tables of a school`);
  expect(tables).toEqual(expect.arrayContaining(['schools', 'users', 'homework_completions', 'sync_index']));
});

test('the named indexes are there', async () => {
  const wanted = [
    'idx_homework_school_date',
    'idx_parent_students',
    'idx_students_school_year',
    'idx_teacher_classes',
    'idx_users_school_id',
  ];
  expect(
    await names(
      world.sql`select indexname as name from pg_indexes where schemaname = 'public' and indexname in ${world.sql(wanted)} order by 1`,
    ),
  ).toEqual(wanted);
});

test('every synced table is followed, whatever is done to it, and stamped at commit (S1)', async () => {
  // Bits of tgtype: 1 for each row, 4 insert, 8 delete, 16 update.
  const followed = await world.sql<{ name: string; events: number }[]>`
    select t.tgrelid::regclass::text as name, bit_or(t.tgtype & 28)::integer as events from pg_trigger t
    where (t.tgname like 'stamp%' or t.tgname like 'touch%') and t.tgenabled = 'O' and t.tgtype & 2 = 0 and t.tgrelid <> 'stamps_due'::regclass
    group by 1 order by 1`;
  expect(followed.map(({ name }) => name)).toEqual([
    'badges', 'buddy_cheers', 'buddy_group_students', 'buddy_groups', 'child_requests', 'class_students', 'classes', 'club_levels', 'clubs', 'commands',
    'completion_reviews', 'credentials', 'evidence', 'excused_days', 'homework_completions', 'homework_tasks', 'leaderboards', 'notices',
    'parent_notes', 'parent_students', 'school_calendar', 'schools', 'student_badges', 'student_consents', 'student_levels',
    'student_progress', 'students', 'teacher_classes', 'users',
  ]); // prettier-ignore
  // A school that is deleted has nobody left to tell.
  expect(followed.filter(({ events }) => events !== 28)).toEqual([{ name: 'schools', events: 20 }]);
  const deferred = await names(world.sql`
    select t.tgrelid::regclass || '.' || t.tgname as name from pg_trigger t
    where t.tgdeferrable and t.tginitdeferred and t.tgconstraint <> 0 and not t.tgisinternal order by 1`);
  expect(deferred).toEqual([
    'buddy_group_students.size',
    'buddy_groups.size',
    'grants_due.refresh',
    'role_permissions.reads_what_it_writes',
    'stamps_due.stamp',
  ]);
});
