import { tenantTables, type Rule } from './rule.ts';

/** Functions with a query in them that policies may ask all the same, each with its reason. */
const queryingFunctions = [
  // Works the people of a roster out once a transaction, then reads a setting.
  'app.knows(uuid)',
];

export const policyRules = {
  tenantPolicies: {
    sentence: 'every tenant table has the restrictive tenant policies, for reading and for writing, and no other restrictive one',
    remedy: "let app.isolate('…') make them, and leave them as they are",
    broken: (sql) => sql`
      select tenant.relname as name from (${tenantTables(sql)}) tenant
      where (
        select count(*) filter (where p.cmd = 'ALL' and p.qual = p.with_check
            and ((p.roles = '{authenticated_user,sign_in}' and p.qual = '(school_id = app.current_school_id())')
              or (p.roles = '{auditor,background_worker}' and p.qual = '(school_id = app.current_tenant())'))) = 2
          and count(*) = 2
        from pg_policies p
        where p.schemaname = 'public' and p.tablename = tenant.relname and p.permissive = 'RESTRICTIVE'
      ) is not true`,
  },
  ownerPolicy: {
    sentence: 'triggers and definer functions reach every row: the owner has a policy of its own on each table',
    remedy: 'create policy owner on … to studystreaks_owner using (true) with check (true)',
    broken: (sql) => sql`
      select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity and not exists (
        select from pg_policies p
        where p.schemaname = 'public' and p.tablename = c.relname and p.permissive = 'PERMISSIVE' and p.cmd = 'ALL'
          and p.roles = '{studystreaks_owner}' and p.qual = 'true' and p.with_check = 'true')`,
  },
  namedRoles: {
    sentence: 'every policy names one role that it is for, and sign_in has none that opens anything',
    remedy: 'write to authenticated_user (or background_worker, auditor) behind it, one policy a role',
    broken: (sql) => sql`
      select tablename || '.' || policyname as name from pg_policies
      where schemaname = 'public' and permissive = 'PERMISSIVE'
        and roles not in ('{authenticated_user}', '{background_worker}', '{auditor}', '{studystreaks_owner}')`,
  },
  rights: {
    sentence: 'what a request sees or writes follows from a right: no policy for authenticated_user is simply true',
    remedy: "ask app.reaches('…', scope) or compare with app.current_user_id()",
    broken: (sql) => sql`
      select tablename || '.' || policyname as name from pg_policies
      where schemaname = 'public' and permissive = 'PERMISSIVE' and 'authenticated_user' = any (roles)
        and (coalesce(qual, with_check) !~ 'app\\.(?!current_school_id)' or coalesce(with_check, qual) !~ 'app\\.(?!current_school_id)')`,
  },
  nullTenant: {
    sentence: 'who has not entered sees nothing: no policy is open where a setting is missing',
    remedy: 'compare with the setting and nothing else: null is not true',
    broken: (sql) => sql`
      select tablename || '.' || policyname as name from pg_policies
      where schemaname = 'public'
        and coalesce(qual, '') || ' ' || coalesce(with_check, '')
          ~* '(current_setting|app\\.\\w+)\\([^()]*\\)\\)* is (not )?(null|distinct|unknown|true|false)|coalesce\\(\\(*app\\.|current_setting'
      union all
      select p.oid::regprocedure::text from pg_proc p
      where p.pronamespace = 'app'::regnamespace and p.proname in ('current_school_id', 'current_user_id', 'current_tenant', 'scopes')
        and coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) !~ '^RETURN \\(?NULLIF\\(current_setting\\('`,
  },
  subqueries: {
    sentence: 'no policy holds a subquery: it would be run for every row, and tie a school to other tables',
    remedy: 'ask app.reaches, whose answer app.enter has worked out',
    broken: (sql) => sql`
      select p.polrelid::regclass || '.' || p.polname as name from pg_policy p
      where coalesce(p.polqual::text, '') || coalesce(p.polwithcheck::text, '') ~ '{SUBLINK|{SUBPLAN'`,
  },
  policyFunctions: {
    sentence: 'what a policy calls is stable or immutable: a volatile function takes the index away',
    remedy: 'declare it stable, and make it so',
    broken: (sql) => sql`
      select distinct p.polrelid::regclass || '.' || p.polname || ' calls ' || f.oid::regprocedure as name
      from pg_policy p
      cross join regexp_matches(coalesce(p.polqual::text, '') || coalesce(p.polwithcheck::text, ''), ':funcid (\\d+)', 'g') as called
      join pg_proc f on f.oid = called[1]::oid
      where f.provolatile = 'v'`,
  },
  policyDefiners: {
    sentence: 'no policy calls a function that queries for every row',
    remedy: 'ask a setting that app.enter has worked out',
    broken: (sql) => sql`
      select distinct p.polrelid::regclass || '.' || p.polname || ' calls ' || f.oid::regprocedure as name
      from pg_policy p
      cross join regexp_matches(coalesce(p.polqual::text, '') || coalesce(p.polwithcheck::text, ''), ':funcid (\\d+)', 'g') as called
      join pg_proc f on f.oid = called[1]::oid
      where (f.prosecdef or f.prolang <> (select oid from pg_language where lanname = 'sql') and f.pronamespace = 'app'::regnamespace)
        and f.oid::regprocedure::text <> all (${queryingFunctions}::text[])`,
  },
  policyOperators: {
    sentence: 'policies compare with leakproof operators alone: no &&, @>, like or jsonb, which lose their index under row level security',
    remedy: 'compare uuid, text, whole numbers or dates',
    broken: (sql) => sql`
      select distinct p.polrelid::regclass || '.' || p.polname || ' uses ' || o.oid::regoperator as name
      from pg_policy p
      cross join regexp_matches(coalesce(p.polqual::text, '') || coalesce(p.polwithcheck::text, ''), ':opno (\\d+)', 'g') as used
      join pg_operator o on o.oid = used[1]::oid
      join pg_proc f on f.oid = o.oprcode
      where not f.proleakproof`,
  },
} satisfies Record<string, Rule>;
