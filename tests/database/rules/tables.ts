import { lookupAcrossSchools, heldRoles, tenantTables, type Rule } from './rule.ts';

/** Tables of a school that do not say when a row came to be, each with its reason. */
const withoutCreation = [
  // Its version is its time.
  'sync_index',
  // Its day is its time.
  'clock_marks',
  // Empty between transactions.
  'stamps_due',
  'grants_due',
];

export const tableRules = {
  tenancy: {
    sentence: 'a table without school_id is the same for every school: it names no person, and nobody who signs in writes it',
    remedy: 'give it school_id, or leave out its ids and its grants to write',
    broken: (sql) => sql`
      select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped)
        and (exists (
            select from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.atttypid in ('uuid'::regtype, 'uuid[]'::regtype, 'bytea'::regtype))
          or exists (
            select from unnest(${heldRoles}::text[]) as role
            where has_any_column_privilege(role, c.oid, 'insert, update') or has_table_privilege(role, c.oid, 'delete')))`,
  },
  rowSecurity: {
    sentence: 'every table with school_id has row level security enabled and forced',
    remedy: "call app.isolate('…')",
    broken: (sql) => sql`
      select c.relname as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`,
  },
  commonColumns: {
    sentence: 'every tenant table has school_id, id and scope_id, none of them null',
    remedy: 'add the column, or generate it from the column that it is another name for',
    broken: (sql) => sql`
      select tenant.relname || '.' || wanted as name from (${tenantTables(sql)}) tenant
      cross join unnest(array['school_id', 'id', 'scope_id']) as wanted
      where not exists (
        select from pg_attribute a where a.attrelid = tenant.oid and a.attname = wanted and not a.attisdropped and a.attnotnull)`,
  },
  creation: {
    sentence: 'every tenant table says when a row came to be',
    remedy: 'add created_at timestamptz not null default now()',
    broken: (sql) => sql`
      select tenant.relname as name from (${tenantTables(sql)}) tenant
      where tenant.relname <> all (${withoutCreation}::text[]) and not exists (
        select from pg_attribute a
        where a.attrelid = tenant.oid and a.attname in ('created_at', 'timestamp', 'sealed_at') and not a.attisdropped and a.attnotnull
          and a.atttypid = 'timestamptz'::regtype and a.atthasdef)`,
  },
  encryptedColumns: {
    sentence: 'what is encrypted, and what is looked up blindly, is bytes',
    remedy: 'make it bytea',
    broken: (sql) => sql`
      select c.relname || '.' || a.attname as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        and a.attname ~ '_(encrypted|index)$' and a.atttypid <> 'bytea'::regtype`,
  },
  enumerations: {
    sentence: 'there is no enum: its operators are not leakproof, and its values cannot be taken back',
    remedy: 'make it text with a check',
    broken: (sql) => sql`
      select t.oid::regtype::text as name from pg_type t
      where t.typtype = 'e' and t.typnamespace in ('public'::regnamespace, 'app'::regnamespace)`,
  },
  ownership: {
    sentence: 'everything belongs to the owner, who cannot sign in',
    remedy: 'begin its migration with set local role studystreaks_owner',
    broken: (sql) => sql`
      select c.relname as name from pg_class c
      where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        and c.relname <> 'schema_migrations' and c.relowner <> 'studystreaks_owner'::regrole
      union all
      select p.oid::regprocedure::text from pg_proc p
      where p.pronamespace in ('public'::regnamespace, 'app'::regnamespace) and p.proowner <> 'studystreaks_owner'::regrole`,
  },
  views: {
    sentence: 'views look with the eyes of whoever asks',
    remedy: 'create it with (security_invoker = true)',
    broken: (sql) => sql`
      select c.oid::regclass::text as name from pg_class c
      where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind = 'v'
        and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)`,
  },
  hardenedCopies: {
    sentence: 'nothing holds rows that policies do not guard: no materialised view, no foreign table, no publication',
    remedy: 'drop it, and ask the tables',
    broken: (sql) => sql`
      select c.oid::regclass::text as name from pg_class c
      where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('m', 'f')
      union all
      select 'publication ' || pubname from pg_publication`,
  },
  triggers: {
    sentence: 'no trigger is switched off, and no rule rewrites a statement',
    remedy: 'enable it; write a trigger instead of a rule',
    broken: (sql) => sql`
      select t.tgrelid::regclass || '.' || t.tgname as name from pg_trigger t where t.tgenabled <> 'O'
      union all
      select tablename || '.' || rulename from pg_rules where schemaname in ('public', 'app')`,
  },
  lookup: {
    sentence: 'the look-up across schools is reached by the owner’s functions alone',
    remedy: 'take its grants and policies away',
    broken: (sql) => sql`
      select tablename || '.' || policyname as name from pg_policies where tablename = ${lookupAcrossSchools} and roles <> '{studystreaks_owner}'
      union all
      select role || ' on ' || ${lookupAcrossSchools}::text from unnest(${heldRoles}::text[]) as role
      where has_any_column_privilege(role, ${lookupAcrossSchools}, 'select, insert, update, references')
        or has_table_privilege(role, ${lookupAcrossSchools}, 'delete')`,
  },
} satisfies Record<string, Rule>;
