import { collections, type CollectionName } from '#domain/collections/index.ts';
import type { Transaction } from '../../database/connections.ts';
import type { Leg } from '../paging.ts';
import type { RecentChange } from '../recent-changes.ts';
import type { Source } from './reader.ts';

/** One leg of a page: the index's changes in their order. */
export function changesIn(sql: Transaction, collection: CollectionName, leg: Leg): Source {
  const [forwardVersion, forwardId] = leg.from.forward;
  const [backVersion, backId] = leg.from.back ?? [null, null];
  return sql`app.changes(
      ${collection}, ${collections[collection].audiences}, ${forwardVersion}, ${forwardId}, ${backVersion}, ${backId}, ${leg.direction}, ${leg.limit}
    ) with ordinality as s(document_id, version, effective_version, is_deleted, position)`;
}

/** Changes that are known already, in their order. */
export function knownChanges(sql: Transaction, changes: readonly RecentChange[]): Source {
  const rows = changes.map(({ documentId, version, isDeleted }, position) => ({
    document_id: documentId,
    version,
    effective_version: version,
    is_deleted: isDeleted,
    position,
  }));
  return sql`jsonb_to_recordset(${sql.json(rows)})
    as s(document_id uuid, version bigint, effective_version bigint, is_deleted boolean, position integer)`;
}

/** These documents, as far as a pull would show them: what a conflict may answer with (S14). */
export function documentsOf(sql: Transaction, collection: CollectionName, ids: readonly string[]): Source {
  return sql`(
      select document_id, version, version as effective_version, is_deleted, ordinality as position
      from app.document_versions(${collection}, ${ids}) with ordinality as known(document_id, version, is_deleted, ordinality)
    ) as s`;
}
