import { heldRoles, requestRoles, tenantTables, type Rule } from './rule.ts';

/** Secrets, the index and what rights are worked out from: reached through functions, by nobody directly. */
const throughFunctionsAlone = [
  'access_grants', 'access_reach', 'credentials', 'device_contacts', 'grants_due', 'school_clock', 'sessions', 'sign_in_lookup', 'stamps_due',
  'sync_index',
]; // prettier-ignore

export const grantRules = {
  privileges: {
    sentence: 'nobody may truncate a table, refer to it, hang a trigger on it, or hand a right on: policies do not hold those back',
    remedy: 'grant select, insert, update or delete, without grant option',
    broken: (sql) => sql`
      select distinct acl.grantee::regrole || ' may ' || lower(acl.privilege_type) || ' ' || c.oid::regclass as name
      from pg_class c cross join aclexplode(c.relacl) acl
      where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and acl.grantee <> c.relowner and acl.grantee <> 0
        and (acl.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE') or acl.is_grantable)`,
  },
  everybody: {
    sentence: 'nothing is granted to everybody',
    remedy: 'grant it to a role by name',
    broken: (sql) => sql`
      select c.oid::regclass::text as name from pg_class c cross join aclexplode(c.relacl) acl
      where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and acl.grantee = 0
      union
      select a.attrelid::regclass || '.' || a.attname from pg_attribute a
      join pg_class c on c.oid = a.attrelid and c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
      cross join aclexplode(a.attacl) acl
      where acl.grantee = 0`,
  },
  partitions: {
    sentence: 'partitions are reached through their parent, whose policies would not be asked otherwise',
    remedy: 'grant on the parent alone',
    broken: (sql) => sql`
      select role || ' on ' || c.relname as name from pg_class c cross join unnest(${heldRoles}::text[]) as role
      where c.relnamespace = 'public'::regnamespace and c.relispartition and c.relkind in ('r', 'p')
        and (has_any_column_privilege(role, c.oid, 'select, insert, update, references') or has_table_privilege(role, c.oid, 'delete, truncate'))`,
  },
  signingIn: {
    sentence: 'sign_in and monitor may read and write no table',
    remedy: 'write a function for what it needs',
    broken: (sql) => sql`
      select role || ' on ' || c.relname as name from pg_class c cross join unnest(array['sign_in', 'monitor']) as role
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        and (has_any_column_privilege(role, c.oid, 'select, insert, update') or has_table_privilege(role, c.oid, 'delete'))`,
  },
  auditing: {
    sentence: 'auditor reads and never writes',
    remedy: 'revoke it',
    broken: (sql) => sql`
      select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        and (has_any_column_privilege('auditor', c.oid, 'insert, update') or has_table_privilege('auditor', c.oid, 'delete'))`,
  },
  secrets: {
    sentence: 'secrets, the index and what rights are worked out from are nobody’s to read but through functions',
    remedy: 'revoke it, and write a function that shows a person their own',
    broken: (sql) => sql`
      select role || ' on ' || c.relname as name from pg_class c cross join unnest(${heldRoles}::text[]) as role
      where c.relnamespace = 'public'::regnamespace and c.relname = any (${throughFunctionsAlone}::text[])
        and (has_any_column_privilege(role, c.oid, 'select, insert, update') or has_table_privilege(role, c.oid, 'delete'))`,
  },
  columns: {
    sentence: 'requests and jobs write the columns that are listed for them, never a whole row',
    remedy: 'grant insert (…) and update (…) with their columns',
    broken: (sql) => sql`
      select distinct acl.grantee::regrole || ' may ' || lower(acl.privilege_type) || ' all of ' || c.relname as name
      from pg_class c cross join aclexplode(c.relacl) acl
      where c.relnamespace = 'public'::regnamespace and acl.grantee <> c.relowner and acl.grantee <> 0
        and acl.privilege_type in ('INSERT', 'UPDATE') and c.relname <> 'schema_migrations'`,
  },
  identity: {
    sentence: 'no row changes its school, its id or its beginning: nobody may update those',
    remedy: 'leave them out of grant update (…)',
    broken: (sql) => sql`
      select role || ' on ' || tenant.relname || '.' || a.attname as name
      from (${tenantTables(sql)}) tenant
      join pg_attribute a on a.attrelid = tenant.oid and a.attname in ('school_id', 'id', 'created_at') and not a.attisdropped
      cross join unnest(${heldRoles}::text[]) as role
      where has_column_privilege(role, tenant.oid, a.attnum, 'update')`,
  },
  open: {
    sentence: 'what a request may do with a table has a policy that says for which rows, and no policy stands for what it may not',
    remedy: 'write the policy with the grant, or drop the one without',
    broken: (sql) => sql`
      select tenant.relname || ' for ' || command as name
      from (${tenantTables(sql)}) tenant cross join unnest(array['select', 'insert', 'update', 'delete']) as command
      where not tenant.relispartition
        and case command when 'delete' then has_table_privilege('authenticated_user', tenant.oid, command)
          else has_any_column_privilege('authenticated_user', tenant.oid, command) end
        <> exists (
          select from pg_policies p
          where p.schemaname = 'public' and p.tablename = tenant.relname and p.permissive = 'PERMISSIVE' and 'authenticated_user' = any (p.roles)
            and p.cmd in ('ALL', upper(command)))`,
  },
  membership: {
    sentence: 'no role that signs in may act as another, but for what monitoring and backups read',
    remedy: 'revoke the membership',
    broken: (sql) => sql`
      select m.member::regrole || ' is in ' || m.roleid::regrole as name from pg_auth_members m
      where m.member::regrole::text = any (${[...requestRoles, ...heldRoles, 'backup']}::text[])
        and (m.member::regrole::text, m.roleid::regrole::text) not in (('monitor', 'pg_monitor'), ('backup', 'pg_read_all_data'))`,
  },
} satisfies Record<string, Rule>;
