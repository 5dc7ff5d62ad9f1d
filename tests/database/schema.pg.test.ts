import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { migrate, rollback, status } from '#db/migrate.ts';
import { prepareRoles } from '#db/roles.ts';
import { openWorld, type World } from './world.ts';

/** What every table and function keeps to (db/CONVENTIONS.md), read from the catalogue, so that a new one cannot forget. */

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Names of the things that break a rule. */
async function names(rows: PromiseLike<readonly { name: string }[]>): Promise<string[]> {
  return (await rows).map(({ name }) => name);
}

/** The same for every school, and the one look-up across schools. */
const notTenantTables = [
  'consent_notices',
  'permissions',
  'retention_defaults',
  'role_template_permissions',
  'role_templates',
  'schema_migrations',
  'sign_in_lookup',
];

test('every table but the listed ones belongs to a school', async () => {
  const without = await names(world.sql`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and (c.relname = 'sign_in_lookup'
        or not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped))
    order by c.relname`);
  expect(without).toEqual(notTenantTables);
});

test('every table with a school_id has row level security enabled and forced', async () => {
  const open = await names(world.sql`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`);
  expect(open).toEqual([]);
});

test('every tenant table has the restrictive tenant policies, for reading and for writing', async () => {
  const open = await names(world.sql`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'sign_in_lookup'
      and (
        select count(*) from pg_policies p
        where p.schemaname = 'public' and p.tablename = c.relname and p.permissive = 'RESTRICTIVE' and p.cmd = 'ALL'
          and p.qual = p.with_check
          and ((p.roles = '{authenticated_user,sign_in}' and p.qual = '(school_id = app.current_school_id())')
            or (p.roles = '{auditor,background_worker}' and p.qual = '(school_id = app.current_tenant())'))
      ) <> 2`);
  expect(open).toEqual([]);
});

test('no permissive policy is for everybody, none holds a subquery', async () => {
  const loose = await names(world.sql`
    select tablename || '.' || policyname as name from pg_policies
    where schemaname = 'public' and (
      'public' = any (roles) or coalesce(qual, '') ~* '\\mselect\\M' or coalesce(with_check, '') ~* '\\mselect\\M')`);
  expect(loose).toEqual([]);
});

test('every unique key of a tenant table begins with school_id', async () => {
  const loose = await names(world.sql`
    select i.indexrelid::regclass::text as name from pg_index i
    join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
    join pg_attribute school on school.attrelid = c.oid and school.attname = 'school_id' and not school.attisdropped
    where c.relname <> 'sign_in_lookup' and i.indkey[0] <> school.attnum`);
  expect(loose).toEqual([]);
});

test('every reference from a tenant table carries school_id, says what a delete does, and never sets null', async () => {
  const loose = await names(world.sql`
    select con.conrelid::regclass || '.' || con.conname as name from pg_constraint con
    join pg_class c on c.oid = con.conrelid and c.relnamespace = 'public'::regnamespace
    join pg_attribute school on school.attrelid = c.oid and school.attname = 'school_id' and not school.attisdropped
    where con.contype = 'f' and con.confrelid <> 'permissions'::regclass
      and (not school.attnum = any (con.conkey) or con.confdeltype in ('n', 'd'))`);
  expect(loose).toEqual([]);
});

test('every tenant table has school_id and scope_id that cannot be null, but where a row has no one scope', async () => {
  const loose = await names(world.sql`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'sign_in_lookup'
      and (not a.attnotnull or not exists (
        select from pg_attribute s where s.attrelid = c.oid and s.attname = 'scope_id' and s.attnotnull))`);
  expect(loose).toEqual([]);
});

test('definer functions belong to the owner and pin their search path', async () => {
  const loose = await names(world.sql`
    select p.oid::regprocedure::text as name from pg_proc p
    where p.pronamespace = 'app'::regnamespace and p.prosecdef
      and (p.proowner <> 'studystreaks_owner'::regrole or not exists (select from unnest(p.proconfig) setting where setting ~ '^search_path='))`);
  expect(loose).toEqual([]);
});

test('no function is everybody’s', async () => {
  const loose = await names(world.sql`
    select p.oid::regprocedure::text as name from pg_proc p
    where p.pronamespace = 'app'::regnamespace and (p.proacl is null or exists (select from aclexplode(p.proacl) acl where acl.grantee = 0))`);
  expect(loose).toEqual([]);
});

test('everything belongs to the owner, who cannot sign in', async () => {
  const loose = await names(world.sql`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and c.relname <> 'schema_migrations'
      and c.relowner <> 'studystreaks_owner'::regrole`);
  expect(loose).toEqual([]);
  const [owner] = await world.sql`select rolcanlogin, rolsuper, rolbypassrls from pg_roles where rolname = 'studystreaks_owner'`;
  expect(owner).toEqual({ rolcanlogin: false, rolsuper: false, rolbypassrls: false });
});

test('no role but backup reads past row level security, none is superuser', async () => {
  const rows = await names(world.sql`
    select rolname as name from pg_roles
    where rolname in ('authenticated_user', 'sign_in', 'background_worker', 'auditor', 'monitor', 'backup') and (rolbypassrls or rolsuper)`);
  expect(rows).toEqual(['backup']);
});

test('nobody may truncate or refer to a table', async () => {
  const loose = await names(world.sql`
    select distinct grantee || ' ' || table_name as name from information_schema.role_table_grants
    where table_schema = 'public' and privilege_type in ('TRUNCATE', 'REFERENCES') and grantee not in ('studystreaks_owner', 'postgres')`);
  expect(loose).toEqual([]);
});

test('sign_in may read and write no table', async () => {
  const may = await names(world.sql`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
      and (has_table_privilege('sign_in', c.oid, 'select, insert, update, delete') or has_any_column_privilege('sign_in', c.oid, 'select, insert, update'))`);
  expect(may).toEqual([]);
});

test('secrets, the index and grants are nobody’s to read but through functions', async () => {
  for (const table of [
    'credentials',
    'sessions',
    'sign_in_lookup',
    'sync_index',
    'access_grants',
    'school_clock',
    'device_contacts',
    'grants_due',
    'stamps_due',
    'access_reach',
    'clock_marks',
  ]) {
    for (const role of ['authenticated_user', 'background_worker', 'sign_in', 'auditor', 'monitor']) {
      const [may] =
        await world.sql`select has_any_column_privilege(${role}, ${table}, 'select, insert, update') or has_table_privilege(${role}, ${table}, 'delete') as may`;
      expect(may?.['may'], `${role} ${table}`).toBe(false);
    }
  }
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
    'class_students', 'classes', 'club_levels', 'clubs', 'completion_reviews', 'homework_completions', 'homework_tasks', 'notices',
    'parent_students', 'school_calendar', 'schools', 'student_consents', 'student_progress', 'students', 'teacher_classes',
    'users',
  ]); // prettier-ignore
  // A school that is deleted has nobody left to tell.
  expect(followed.filter(({ events }) => events !== 28)).toEqual([{ name: 'schools', events: 20 }]);
  const deferred = await names(world.sql`
    select t.tgrelid::regclass || '.' || t.tgname as name from pg_trigger t
    where t.tgdeferrable and t.tginitdeferred and t.tgconstraint <> 0 and not t.tgisinternal order by 1`);
  expect(deferred).toEqual(['grants_due.refresh', 'role_permissions.reads_what_it_writes', 'stamps_due.stamp']);
});

test('migrations go up, down and up again, and leave the same schema', async () => {
  const { url, secret } = inject('postgres');
  const admin = postgres(url, { max: 1, onnotice: () => undefined });
  const name = `migrations_${String(process.pid)}`;
  await admin`create database ${admin(name)}`;
  const target = new URL(url);
  target.pathname = `/${name}`;
  try {
    await prepareRoles(target.href, secret);
    const applied = await migrate(target.href);
    const first = await describeSchema(target.href);
    expect((await rollback(target.href, applied.length)).length).toBe(applied.length);
    expect(await describeSchema(target.href)).toEqual([]);
    await migrate(target.href);
    expect(await describeSchema(target.href)).toEqual(first);
    expect(await status(target.href)).toEqual({ applied, pending: [] });
  } finally {
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end();
  }
});

async function describeSchema(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1 });
  try {
    return await names(sql`
      select 'table ' || c.relname || ' ' || coalesce(c.relacl::text, '') as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relname !~ '^schema_migrations'
      union all
      select 'function ' || p.oid::regprocedure || ' ' || coalesce(p.proacl::text, '') from pg_proc p
      where p.pronamespace = to_regnamespace('app')
      union all
      select 'policy ' || tablename || '.' || policyname || ' ' || coalesce(qual, '') || ' ' || coalesce(with_check, '') from pg_policies
      union all
      select 'trigger ' || tgrelid::regclass || '.' || tgname from pg_trigger where not tgisinternal
      order by 1`);
  } finally {
    await sql.end();
  }
}
