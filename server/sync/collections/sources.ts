import { collections, type CollectionName } from '#domain/collections/index.ts';
import type { Transaction } from '../../database/connections.ts';
import type { Change, Leg } from '../paging.ts';
import type { Source } from './reader.ts';

/** One leg of a page: the index's changes in their order. */
export async function readChanges(sql: Transaction, collection: CollectionName, leg: Leg): Promise<Change[]> {
  const [forwardVersion, forwardId] = leg.from.forward;
  const [backVersion, backId] = leg.from.back ?? [null, null];
  const rows = await sql<{ document_id: string; version: number; effective_version: number; is_deleted: boolean }[]>`
    select document_id, version, effective_version, is_deleted from app.changes(
      ${collection}, ${collections[collection].audiences}, ${forwardVersion}, ${forwardId}, ${backVersion}, ${backId}, ${leg.direction}, ${leg.limit}
    ) with ordinality as change(document_id, version, effective_version, is_deleted, position)
    order by position`;
  return rows.map((row) => ({
    documentId: row.document_id,
    version: row.version,
    effectiveVersion: row.effective_version,
    isDeleted: row.is_deleted,
  }));
}

/**
 * The documents of these changes, in their order. Booleans go as text and become booleans in the database: a list of texts that
 * is to be boolean[] arrives as nothing but false.
 */
export function documentsIn(sql: Transaction, changes: readonly Change[]): Source {
  return sql`unnest(
      ${changes.map(({ documentId }) => documentId)}::uuid[], ${changes.map(({ version }) => version)}::bigint[],
      ${changes.map(({ effectiveVersion }) => effectiveVersion)}::bigint[], ${changes.map(({ isDeleted }) => String(isDeleted))}::text[]::boolean[]
    ) with ordinality as s(document_id, version, effective_version, is_deleted, position)`;
}

/** These documents, as far as a pull would show them: what a conflict may answer with (S14). */
export function documentsOf(sql: Transaction, collection: CollectionName, ids: readonly string[]): Source {
  return sql`(
      select document_id, version, version as effective_version, is_deleted, ordinality as position
      from app.document_versions(${collection}, ${ids}) with ordinality as known(document_id, version, is_deleted, ordinality)
    ) as s`;
}
