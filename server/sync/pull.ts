import { collections, type CollectionName } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import type { PullPage, PullRequest, WireDocument } from '#domain/sync/protocol.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import { readers } from './collections/index.ts';
import type { IndexRow } from './collections/reader.ts';
import { changesIn, knownChanges } from './collections/sources.ts';
import { afterLeg, firstLeg, lastId, pageSize, startOf, type Change, type Head, type Leg } from './paging.ts';
import { toDocuments } from './read-documents.ts';
import { readRecentChanges, type RecentChanges } from './recent-changes.ts';

/** One collection's page while it is being filled. */
interface Filling {
  readonly collection: CollectionName;
  page: PullPage;
  leg: Leg | null;
  readonly documents: WireDocument[];
}

export interface Pulled {
  readonly pages: Partial<Record<CollectionName, PullPage>>;
  /** By collection, documents that the policies denied (S7); empty when all is well. */
  readonly denied: ReadonlyMap<CollectionName, number>;
  readonly entered: Entered;
}

/**
 * Reads one page of each collection asked for (S6–S11): index and content in one snapshot, all collections' statements
 * sent at once. Of collections that had caught up only those with news are read. A second round is needed only where a first
 * sync came to its end and something is new since.
 *
 * @param sql a transaction of mode `snapshot` that is about to enter
 */
export async function pull(
  sql: Transaction,
  entering: Promise<Entered>,
  keyring: Keyring,
  asked: PullRequest['collections'],
): Promise<Pulled> {
  const [entered, recent, floor] = await Promise.all([entering, readRecentChanges(sql, asked), readFloor(sql, asked)]);
  const { schoolId, head } = entered;
  const fillings = Object.entries(asked).map(([name, request]) => beginPage(toCollectionName(name), request, head, floor));
  const denied = new Map<CollectionName, number>();

  while (fillings.some(({ leg }) => leg !== null)) {
    await Promise.all(
      fillings.map(async (filling) => {
        const { collection, leg } = filling;
        if (!leg) return;
        const rows = await readRows(sql, collection, leg, recent);
        const read = await toDocuments(collection, rows, keyring, schoolId);
        filling.documents.push(...read.documents);
        if (read.denied > 0) denied.set(collection, (denied.get(collection) ?? 0) + read.denied);
        const after = afterLeg(leg, rows.map(toChange), head);
        filling.leg = after.next;
        filling.page = { documents: filling.documents, checkpoint: after.checkpoint, isCaughtUp: after.isCaughtUp };
      }),
    );
  }
  return { pages: Object.fromEntries(fillings.map(({ collection, page }) => [collection, page])), denied, entered };
}

/** The version from which on every tombstone is still there. Only who was here before can have missed one. */
async function readFloor(sql: Transaction, asked: PullRequest['collections']): Promise<number> {
  if (Object.values(asked).every(({ checkpoint }) => checkpoint === null)) return 0;
  const [row] = await sql<{ floor: number }[]>`select app.floor() as floor`;
  return must(row, 'a function returns a row').floor;
}

/** The rows of one leg, in the index's order. */
async function readRows(sql: Transaction, collection: CollectionName, leg: Leg, recent: RecentChanges): Promise<IndexRow[]> {
  const known = isAfter(leg, recent.get(collection)?.version) ? recent.get(collection)?.changes : undefined;
  if (known?.length === 0) return [];
  // A page that would be full goes on from a place within a version, which the short way knows nothing of.
  const source = known && known.length < leg.limit ? knownChanges(sql, known) : changesIn(sql, collection, leg);
  const rows = await readers[collection].select(sql, source);
  // A join keeps no order.
  return [...rows].sort((one, other) => one.position - other.position);
}

/** Whether a leg goes forward from just after all of `version`. */
function isAfter({ direction, from: { forward } }: Leg, version: number | undefined): boolean {
  return direction === 'forward' && forward[0] === version && forward[1] === lastId;
}

type Asked = NonNullable<PullRequest['collections'][CollectionName]>;

function beginPage(collection: CollectionName, { checkpoint: known, limit }: Asked, head: Head, floor: number): Filling {
  const checkpoint = startOf(known, head, floor);
  const isFirst = checkpoint !== known;
  return {
    collection,
    page: { documents: [], checkpoint, isCaughtUp: true },
    leg: firstLeg(checkpoint, head, pageSize(limit ?? 1000, isFirst, collections[collection].comesWholeFirst)),
    documents: [],
  };
}

function toChange(row: IndexRow): Change {
  return { documentId: row.document_id, effectiveVersion: row.effective_version };
}

function toCollectionName(name: string): CollectionName {
  return must(Object.values(collections).find((collection) => collection.name === name)?.name, 'a request names collections that exist');
}
