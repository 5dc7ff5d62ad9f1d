import { heldRoles } from '../rules/rule.ts';
import type { DatabaseRole } from '#db/roles.ts';
import type { Transaction } from '../world.ts';
import { forgeRights, scopesOf } from './forge.ts';
import type { Scene } from './scene.ts';

export const readingChecks = {
  async 'every tenant table has rows of both schools, so that the other tests prove something'({ asSuperuser, own, other }: Scene) {
    const ids = [own.id, other.id];
    return asSuperuser(async (sql) => {
      const bare: string[] = [];
      for (const table of await baseTables(sql)) {
        const rows = await sql`select distinct school_id from ${sql(table)} where school_id in ${sql(ids)}`;
        if (rows.length < ids.length) bare.push(table);
      }
      return bare;
    });
  },

  async 'without app.enter nobody reads anything'({ asStranger }: Scene) {
    const seen: string[] = [];
    for (const role of heldRoles as DatabaseRole[]) seen.push(...(await asStranger(role, (sql) => rowsSeen(sql, [], role))));
    return seen;
  },

  async 'without app.enter not even forged rights show anything'({ asStranger, asSuperuser, own, other }: Scene) {
    const scopes = await asSuperuser((sql) => scopesOf(sql, [own, other]));
    return asStranger('authenticated_user', async (sql) => {
      await forgeRights(sql, scopes, other.teacher);
      return rowsSeen(sql, [], 'forger');
    });
  },

  async 'nobody reads a row of the other school'({ as, own }: Scene) {
    const seen: string[] = [];
    for (const person of [own.teacher, own.student, own.parent, own.admin])
      seen.push(...(await as(person, (sql) => rowsSeen(sql, [own.id], person.kind))));
    return seen;
  },

  async 'not even rights over everything in the other school show a row of it'({ as, asSuperuser, own, other }: Scene) {
    const scopes = await asSuperuser((sql) => scopesOf(sql, [own, other]));
    return as(own.teacher, async (sql) => {
      await forgeRights(sql, scopes, other.teacher);
      return rowsSeen(sql, [own.id], 'forger');
    });
  },

  async 'a job of one school reads no row of the other, nor does the auditor'({ asJob, own }: Scene) {
    return [
      ...(await asJob(own.id, (sql) => rowsSeen(sql, [own.id], 'job'))),
      ...(await asJob(own.id, (sql) => rowsSeen(sql, [own.id], 'auditor'), 'auditor')),
    ];
  },

  async 'somebody reads something: the walls are not just closed doors'({ as, own }: Scene) {
    const wanted = [
      'schools',
      'users',
      'classes',
      'class_students',
      'students',
      'parent_students',
      'homework_completions',
      'completion_reviews',
    ];
    const seen = await as(own.teacher, (sql) => rowsSeen(sql, [], ''));
    return wanted.filter((table) => !seen.some((line) => line.startsWith(` reads ${table}:`)));
  },
};

/** What the present role sees of schools that are not `allowed`, a line a table. Views and partitions are asked as well. */
async function rowsSeen(sql: Transaction, allowed: readonly string[], who: string): Promise<string[]> {
  const readable = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and has_column_privilege(c.oid, a.attnum, 'select')`;
  if (readable.length === 0) return [];
  const counts = readable
    .map(
      ({ name }) =>
        sql`select ${name}::text as name, count(school_id)::int as rows from ${sql(name)} where school_id <> all (${[...allowed]}::uuid[])`,
    )
    .reduce((all, next) => sql`${all} union all ${next}`);
  const rows = await sql<{ name: string; rows: number }[]>`${counts}`;
  return rows.filter((row) => row.rows > 0).map(({ name, rows: count }) => `${who} reads ${name}: ${String(count)}`);
}

/** Tenant tables, without their partitions. */
export async function baseTables(sql: Transaction): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`;
  return rows.map(({ name }) => name);
}
