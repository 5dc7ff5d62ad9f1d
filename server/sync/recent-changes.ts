import type { CollectionName } from '#domain/collections/index.ts';
import type { PullRequest } from '#domain/sync/protocol.ts';
import type { Transaction } from '../database/connections.ts';
import { lastId, type Change } from './paging.ts';

/** All that is new after `version`, by collection. A collection that is not in it has to be asked for with `app.changes`. */
export type RecentChanges = ReadonlyMap<string, { readonly version: number; readonly changes: readonly Change[] }>;

/**
 * What is new of the collections that had caught up, in one statement: most pulls follow a poke and find little or nothing.
 * Needs not know yet who asks, nor where the clock stands, so that it can be sent along with `app.enter`.
 */
export async function readRecentChanges(sql: Transaction, asked: PullRequest['collections']): Promise<RecentChanges> {
  const versions = new Map<string, number>();
  for (const [name, { checkpoint }] of Object.entries(asked)) {
    if (checkpoint?.back === null && checkpoint.forward[1] === lastId) versions.set(name, checkpoint.forward[0]);
  }
  if (versions.size === 0) return new Map();

  const rows = await sql<{ collection: CollectionName; document_id: string | null; version: number; is_deleted: boolean }[]>`
    select collection, document_id, version, is_deleted from app.recent_changes(${[...versions.keys()]}, ${[...versions.values()]}::bigint[])`;
  const recent = new Map(Array.from(versions, ([name, version]) => [name, { version, changes: [] as Change[] }]));
  for (const { collection, document_id: documentId, version, is_deleted: isDeleted } of rows) {
    if (documentId === null) recent.delete(collection);
    else recent.get(collection)?.changes.push({ documentId, version, effectiveVersion: version, isDeleted });
  }
  return recent;
}
