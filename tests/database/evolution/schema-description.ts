import postgres from 'postgres';

/** Months of the log are made as time goes on, by the clock and not by a migration. */
const monthOfLog = /audit_(log|seals)_\d{4}_\d{2}/;

/** Everything that migrations make, a line each: what goes up, down and up again has to be the same. */
export async function describeSchema(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const rows = await sql<{ line: string }[]>`
      select 'relation ' || c.relname || ' ' || coalesce((
          select string_agg(acl::text, ' ' order by acl::text) from unnest(coalesce(c.relacl, acldefault('r', c.relowner))) as acl), '') as line
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname !~ '^schema_migrations'
      union all
      select 'column ' || a.attrelid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull || coalesce((
          select string_agg(acl::text, ' ' order by acl::text) from unnest(a.attacl) as acl), '')
        || coalesce((select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum), '')
      from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
      where a.attnum > 0 and not a.attisdropped and c.relname !~ '^schema_migrations'
      union all
      select 'constraint ' || con.conrelid::regclass || '.' || con.conname || ' ' || pg_get_constraintdef(con.oid)
      from pg_constraint con where con.connamespace = 'public'::regnamespace and con.conrelid::regclass::text !~ '^schema_migrations'
      union all
      select 'index ' || indexdef from pg_indexes where schemaname = 'public' and tablename <> 'schema_migrations'
      union all
      select 'function ' || p.oid::regprocedure || ' ' || md5(pg_get_functiondef(p.oid)) || coalesce((
          select string_agg(acl::text, ' ' order by acl::text) from unnest(p.proacl) as acl), '')
      from pg_proc p where p.pronamespace = to_regnamespace('app')
      union all
      select 'policy ' || tablename || '.' || policyname || roles::text || coalesce(qual, '') || coalesce(with_check, '') from pg_policies
      union all
      select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t where not t.tgisinternal
      order by 1`;
    return rows.map(({ line }) => line).filter((line) => !monthOfLog.test(line));
  } finally {
    await sql.end();
  }
}
