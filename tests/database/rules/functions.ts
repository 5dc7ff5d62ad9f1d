import { heldRoles, requestRoles, type Rule } from './rule.ts';

/** Functions that set whose transaction it is. */
const doors = ['app.act_as(uuid,uuid,text)', 'app.enter_worker(uuid)'];

export const functionRules = {
  definers: {
    sentence: 'definer functions pin an empty search path',
    remedy: "set search_path = '' and write full names",
    broken: (sql) => sql`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace) and p.prosecdef
        and not coalesce(p.proconfig @> array['search_path=""'], false)`,
  },
  everybody: {
    sentence: 'no function is everybody’s, nor will one be that is made tomorrow',
    remedy: 'revoke execute from public, and grant it by name',
    broken: (sql) => sql`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace)
        and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl where acl.grantee = 0)
      union all
      select 'default privileges of studystreaks_owner'
      where not exists (
        select from pg_default_acl d
        where d.defaclrole = 'studystreaks_owner'::regrole and d.defaclobjtype = 'f' and d.defaclnamespace = 0
          and not exists (select from aclexplode(d.defaclacl) acl where acl.grantee = 0))`,
  },
  leakproof: {
    sentence: 'no function of ours claims to be leakproof: it would run before the policies',
    remedy: 'leave the word out',
    broken: (sql) => sql`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace) and p.proleakproof`,
  },
  oneDoor: {
    sentence: 'only app.act_as, behind its doors, and app.enter_worker say whose transaction it is',
    remedy: 'take the school and the person as they were entered',
    broken: (sql) => sql`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace) and p.oid::regprocedure::text <> all (${doors}::text[])
        and (coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) ~ 'set_config\\([^)]*app\\.(school_id|user_id|user_kind|current_tenant)'
          or exists (select from unnest(p.proconfig) as setting where setting like 'app.%'))`,
  },
  builtStatements: {
    sentence: 'no definer function that a request can call runs a statement that it builds',
    remedy: 'write the statement out',
    broken: (sql) => sql`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace) and p.prosecdef and p.prosrc ~* '\\mexecute\\M'
        and exists (select from unnest(${requestRoles}::text[]) as role where has_function_privilege(role, p.oid, 'execute'))`,
  },
  signingIn: {
    sentence: 'sign_in calls the authentication functions and nothing that a signed-in request calls',
    remedy: 'grant it to one of the two',
    broken: (sql) => sql`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace) and has_function_privilege('sign_in', p.oid, 'execute')
        and has_function_privilege('authenticated_user', p.oid, 'execute')
        -- What the tenant policies ask.
        and p.proname not in ('current_school_id', 'current_user_id')`,
  },
  making: {
    sentence: 'nobody who signs in makes anything: no table, function or schema of their own stands beside ours',
    remedy: 'revoke create',
    broken: (sql) => sql`
      select role || ' in ' || n.nspname as name from unnest(${heldRoles}::text[]) as role cross join pg_namespace n
      where n.nspname in ('public', 'app') and has_schema_privilege(role, n.oid, 'create')
      union all
      select role || ' in the database' from unnest(${heldRoles}::text[]) as role
      where has_database_privilege(role, current_database(), 'create')`,
  },
} satisfies Record<string, Rule>;
