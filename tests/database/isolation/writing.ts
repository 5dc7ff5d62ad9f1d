import { randomUUID } from 'node:crypto';
import type { Transaction } from '../world.ts';
import { forgeRights, scopesOf } from './forge.ts';
import { baseTables } from './reading.ts';
import { refusal, type Scene } from './scene.ts';

const insufficientPrivilege = '42501';
const uniqueViolation = '23505';

export const writingChecks = {
  async 'nobody writes into the other school, with whatever rights'({ as, asSuperuser, own, other }: Scene) {
    const rows = await asSuperuser((sql) => oneRowEach(sql, other.id));
    const scopes = await asSuperuser((sql) => scopesOf(sql, [own, other]));
    return as(own.teacher, async (sql) => {
      await forgeRights(sql, scopes, other.teacher);
      return written(sql, rows);
    });
  },

  async 'a job of one school does not write into the other'({ asJob, asSuperuser, own, other }: Scene) {
    const rows = await asSuperuser((sql) => oneRowEach(sql, other.id));
    return asJob(own.id, (sql) => written(sql, rows));
  },

  async 'a row cannot refer to another school’s'({ asSuperuser, own, other }: Scene) {
    const code = await asSuperuser((sql) =>
      refusal(
        sql,
        (inside) => inside`
        insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
        values (${own.id}, ${randomUUID()}, ${own.student.id}, ${other.clubId}, '2026-01-08', 'written', now())`,
      ),
    );
    return code === '23503' ? [] : [`a completion of one school names a club of another: ${String(code)}`];
  },

  async 'an id that another school has is free: nothing tells of it'({ as, own, other }: Scene) {
    const code = await as(own.student, (sql) =>
      refusal(
        sql,
        (inside) => inside`
        insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
        values (${own.id}, ${other.completionId}, ${own.student.id}, ${own.clubId}, current_date, 'written', now())`,
      ),
    );
    return code === null ? [] : [`an id is refused because another school has it: ${code}`];
  },

  async 'nobody empties a table past its policies'({ as, asJob, own }: Scene) {
    return [...(await as(own.admin, truncated)), ...(await asJob(own.id, truncated))];
  },
};

interface ForeignRow {
  readonly table: string;
  readonly row: Record<string, unknown>;
}

async function oneRowEach(sql: Transaction, schoolId: string): Promise<ForeignRow[]> {
  const found: ForeignRow[] = [];
  for (const table of await baseTables(sql)) {
    const [one] = await sql<{ row: Record<string, unknown> }[]>`
      select to_jsonb(one) as row from ${sql(table)} one where school_id = ${schoolId} limit 1`;
    if (one) found.push({ table, row: one.row });
  }
  return found;
}

/** What of the other school's rows the present role could add, change or remove, a line each. */
async function written(sql: Transaction, rows: readonly ForeignRow[]): Promise<string[]> {
  const done: string[] = [];
  for (const { table, row } of rows) {
    const schoolId = String(row['school_id']);
    const { may, insertable, updatable } = await rightsOn(sql, table);
    if (insertable.includes('school_id')) {
      const fresh = { ...row, id: randomUUID() };
      const code = await refusal(
        sql,
        (inside) => inside`
        insert into ${inside(table)} (${inside(insertable)})
        select ${inside(insertable)} from jsonb_populate_record(null::${inside(table)}, ${inside.json(fresh as never)})`,
      );
      // A duplicate is noticed after the policies have let the row pass.
      if (code === null || code === uniqueViolation) done.push(`${table}: added a row`);
    }
    const [column] = updatable;
    if (column !== undefined) {
      const code = await touchesNothing(
        sql,
        (inside) => inside`
        update ${inside(table)} set ${inside(column)} = ${inside(column)} where school_id = ${schoolId}`,
      );
      if (code !== null) done.push(`${table}: changed a row (${code})`);
    }
    if (may) {
      const code = await touchesNothing(sql, (inside) => inside`delete from ${inside(table)} where school_id = ${schoolId}`);
      if (code !== null) done.push(`${table}: removed a row (${code})`);
    }
  }
  return done;
}

async function rightsOn(sql: Transaction, table: string) {
  const [rights] = await sql<{ may: boolean; insertable: string[]; updatable: string[] }[]>`
    select has_table_privilege(${table}::regclass, 'delete') as may,
      coalesce(array_agg(attname::text) filter (where has_column_privilege(attrelid, attnum, 'insert')), '{}') as insertable,
      coalesce(array_agg(attname::text) filter (where has_column_privilege(attrelid, attnum, 'update')), '{}') as updatable
    from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;
  return rights ?? { may: false, insertable: [], updatable: [] };
}

/** Null where a statement finds no row, or is not allowed at all; any other refusal means that it had one in its hands. */
async function touchesNothing(sql: Transaction, statement: Parameters<typeof refusal>[1]): Promise<string | null> {
  let count = 0;
  const code = await refusal(sql, (inside) => {
    const pending = statement(inside);
    void pending.then(
      (rows) => (count = rows.count),
      () => undefined,
    );
    return pending;
  });
  if (code !== null) return code === insufficientPrivilege ? null : code;
  return count === 0 ? null : `${String(count)} rows`;
}

/** Tables that the present role could truncate. In one block: each refusal is a subtransaction. */
async function truncated(sql: Transaction): Promise<string[]> {
  await sql`
    do $$
    declare
      emptied text := '';
      target regclass;
    begin
      for target in
        select c.oid from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      loop
        begin
          execute format('truncate %s', target);
          emptied := emptied || target || ',';
        exception
          when insufficient_privilege then null;
          -- Only what else refers to it stood in the way.
          when others then emptied := emptied || target || ',';
        end;
      end loop;
      perform set_config('test.emptied', emptied, true);
    end
    $$`;
  const [found] = await sql<{ emptied: string }[]>`select current_setting('test.emptied') as emptied`;
  return (found?.emptied ?? '')
    .split(',')
    .filter((name) => name !== '')
    .map((name) => `${name} can be truncated`);
}
