import type postgres from 'postgres';
import type { CollectionName } from '#domain/collections/index.ts';
import { openPool } from '#server/database/connections.ts';
import { loadChildren } from '#server/derive/child-records.ts';
import { deriveChild } from '#server/derive/child-state.ts';

/**
 * What a device of this person should hold, asked of the tables as the superuser, past the functions and policies that
 * pulls use: every document that is there, in a bucket that an open grant shows on devices, at its own version.
 */
export async function expectedVersions(
  sql: postgres.Sql,
  user: string,
  collections: readonly CollectionName[],
): Promise<Map<CollectionName, Map<string, number>>> {
  const rows = await sql<{ collection: CollectionName; id: string; version: number }[]>`
    select distinct i.collection, i.document_id as id, i.version::float8 as version
    from access_grants g
    join sync_index i using (school_id, audience, scope_id)
    where g.user_id = ${user} and g.on_device and g.to_version is null and (g.expires_at is null or g.expires_at > now())
      and i.collection = any (${[...collections]}) and not i.is_deleted and not i.is_archived
    order by i.document_id`;
  const versions = new Map<CollectionName, Map<string, number>>(collections.map((collection) => [collection, new Map<string, number>()]));
  for (const { collection, id, version } of rows) versions.get(collection)?.set(id, version);
  return versions;
}

/** Which of these ids have ever reached the server, whatever became of them. */
export async function arrived(sql: postgres.Sql, ids: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    select document_id as id from sync_index where document_id = any (${ids}::uuid[])
    union select document_id from rejected_pushes where document_id = any (${ids}::uuid[])`;
  return new Set(rows.map(({ id }) => id));
}

/** Which of these completions are there and do not say how they went. */
export async function withoutFeeling(sql: postgres.Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from homework_completions where id = any (${ids}::uuid[]) and feeling is null`;
  return rows.map(({ id }) => id);
}

export interface Refusal {
  readonly what: 'notice' | 'refusal';
  readonly id: string;
  readonly collection: string;
  readonly code: string;
  readonly count: number;
}

/** How often each of these documents was refused for each reason: what the help desk has, and what the person is told. */
export async function refusals(sql: postgres.Sql, ids: readonly string[]): Promise<Refusal[]> {
  return sql<Refusal[]>`
    select 'notice' as what, document_id as id, collection, code, count(*)::integer from notices
    where document_id = any (${ids}::uuid[]) group by document_id, collection, code
    union all
    select 'refusal', document_id, collection, code, count(*)::integer from rejected_pushes
    where document_id = any (${ids}::uuid[]) group by document_id, collection, code`;
}

/** Whether status and progress of every child are derived. */
export async function isDerived(sql: postgres.Sql): Promise<boolean> {
  const due = await sql`select from derivations_due limit 1`;
  return due.length === 0;
}

/**
 * In words: where a child's progress is not what its whole record comes to, judged again from all that is there. Run and badges
 * follow also from what was kept of closed weeks; points from nothing but the record.
 */
export async function otherProgress(adminUrl: string, school: string, students: readonly string[]): Promise<string[]> {
  const pool = openPool(adminUrl, 1);
  const children = await pool.begin((sql) => loadChildren(sql, school, students, new Date())).finally(() => pool.end());
  return [...children].flatMap(([id, facts]) => {
    const again = deriveChild(facts);
    const anew = deriveChild({ ...facts, progress: null }).progress;
    return [
      ...(again.progress === null ? [] : [`progress of ${id}`]),
      ...again.statuses.map((completion) => `status of ${completion.id}`),
      ...(anew?.points === facts.progress?.points && anew?.level === facts.progress?.level ? [] : [`points of ${id}`]),
    ];
  });
}
