import type postgres from 'postgres';
import type { CollectionName } from '#domain/collections/index.ts';

/**
 * What a device of this person should hold, asked of the tables as the superuser, past the functions and policies that
 * pulls use: every document that is there, in a bucket that an open grant shows on devices, at its own version.
 */
export async function expectedVersions(sql: postgres.Sql, user: string, collection: CollectionName): Promise<[string, number][]> {
  const rows = await sql<{ id: string; version: number }[]>`
    select distinct i.document_id as id, i.version::float8 as version
    from access_grants g
    join sync_index i using (school_id, audience, scope_id)
    where g.user_id = ${user} and g.on_device and g.to_version is null and (g.expires_at is null or g.expires_at > now())
      and i.collection = ${collection} and not i.is_deleted and not i.is_archived
    order by i.document_id`;
  return rows.map(({ id, version }) => [id, version]);
}

/** Which of these ids have ever reached the server, whatever became of them. */
export async function arrived(sql: postgres.Sql, ids: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    select document_id as id from sync_index where document_id = any (${ids}::uuid[])
    union select document_id from rejected_pushes where document_id = any (${ids}::uuid[])`;
  return new Set(rows.map(({ id }) => id));
}

/** I5: rows that a replay would have made twice. */
export async function doubles(sql: postgres.Sql): Promise<readonly unknown[]> {
  return sql`
    select 'notice' as what, document_id, code, count(*) from notices group by document_id, code, scope_id having count(*) > 1
    union all
    select 'refusal', document_id, code, count(*) from rejected_pushes group by document_id, code, user_id, payload_encrypted having count(*) > 1`;
}
