import type { Rule } from './rule.ts';

/** The roles that connect (db/roles.ts). */
const loginRoles = ['auditor', 'authenticated_user', 'background_worker', 'backup', 'monitor', 'sign_in'];

export const roleRules = {
  owner: {
    sentence: 'the owner of everything cannot sign in, and is held back by policies as well',
    remedy: 'alter role studystreaks_owner nologin nosuperuser nobypassrls',
    broken: (sql) => sql`
      select rolname as name from pg_roles
      where rolname = 'studystreaks_owner' and (rolcanlogin or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`,
  },
  powers: {
    sentence: 'no role that signs in is above the policies, but backup, which reads everything; none makes roles or databases',
    remedy: 'alter role … nosuperuser nobypassrls nocreaterole nocreatedb noreplication',
    broken: (sql) => sql`
      select rolname as name from pg_roles
      where rolname = any (${loginRoles}::text[])
        and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls and rolname <> 'backup')`,
  },
  connections: {
    sentence: 'every role that signs in has a limit of connections: one that leaks them leaves the others theirs',
    remedy: 'give it a limit in db/roles.ts',
    broken: (sql) => sql`select rolname as name from pg_roles where rolname = any (${loginRoles}::text[]) and rolconnlimit < 1`,
  },
  timeouts: {
    sentence: 'no statement, lock or idle transaction of a role lasts for ever; a backup alone may take as long as it takes',
    remedy: 'give it its times in db/roles.ts',
    broken: (sql) => sql`
      select role.rolname || ' ' || wanted as name
      from pg_roles role
      cross join unnest(array['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) as wanted
      where role.rolname = any (${loginRoles}::text[])
        and (role.rolname <> 'backup' or wanted = 'lock_timeout')
        and not exists (
          select from pg_db_role_setting kept cross join unnest(kept.setconfig) as setting
          where kept.setrole = role.oid and kept.setdatabase = 0 and setting ~ ('^' || wanted || '=[1-9]'))`,
  },
} satisfies Record<string, Rule>;
