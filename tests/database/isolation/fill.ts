import type { Sql } from '../world.ts';

/** Who stands in a column of this name where no reference says it. */
export type Namesakes = Readonly<Record<string, string>>;

/**
 * Puts a row of the school into every tenant table that has none yet, whatever its columns are, so that a table that is new
 * is behind the tests of the wall at once. What the row says makes no sense: checks and triggers are set aside for it.
 */
export async function fillEmptyTables(sql: Sql, schoolId: string, namesakes: Namesakes): Promise<void> {
  const tables = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'sign_in_lookup'`;
  for (const { name } of tables) {
    const [found] = await sql`select from ${sql(name)} where school_id = ${schoolId} limit 1`;
    if (!found) await addRow(sql, name, schoolId, namesakes);
  }
}

async function addRow(sql: Sql, table: string, schoolId: string, namesakes: Namesakes): Promise<void> {
  const columns = await sql<{ name: string; type: string; target: string | null }[]>`
    select a.attname as name, a.atttypid::regtype::text as type, (
      select con.confrelid::regclass::text from pg_constraint con
      join pg_attribute school on school.attrelid = con.confrelid and school.attname = 'school_id'
      where con.conrelid = a.attrelid and con.contype = 'f' and con.conkey[cardinality(con.conkey)] = a.attnum and a.attname <> 'school_id'
      limit 1) as target
    from pg_attribute a
    where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and (a.attnotnull and not a.atthasdef or a.attname = any (${Object.keys(namesakes)}))`;
  const checks = await sql<{ name: string }[]>`
    select conname as name from pg_constraint where conrelid = ${table}::regclass and contype = 'c' and conislocal`;

  await sql.begin(async (transaction) => {
    for (const { name } of checks) await transaction`alter table ${transaction(table)} drop constraint ${transaction(name)}`;
    await transaction`set local session_replication_role = replica`;
    const row: Record<string, unknown> = {};
    for (const { name, type, target } of columns) {
      const [referred] =
        target === null
          ? []
          : await transaction<{ id: string }[]>`select id from ${transaction(target)} where school_id = ${schoolId} limit 1`;
      row[name] = name === 'school_id' ? schoolId : (referred?.id ?? namesakes[name] ?? valueOf(type));
    }
    const names = columns.map(({ name }) => name);
    await transaction`
      insert into ${transaction(table)} (${transaction(names)})
      select ${transaction(names)} from jsonb_populate_record(null::${transaction(table)}, ${transaction.json(row as never)})`;
  });
}

/** Something that PostgreSQL reads as a value of this type. */
function valueOf(type: string): unknown {
  if (type.endsWith('[]')) return [];
  switch (type) {
    case 'uuid':
      return '01900000-0000-7000-8000-00000000000f';
    case 'bytea':
      return '\\x00';
    case 'boolean':
      return false;
    case 'json':
    case 'jsonb':
      return {};
    case 'date':
    case 'timestamp with time zone':
      return '2026-01-05';
    default:
      return '1';
  }
}
