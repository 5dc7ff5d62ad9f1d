import { collections, type CollectionName } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import type { Lens } from '#domain/sync/lenses/lens.ts';
import { lowerDocument, translationSince } from '#domain/sync/lenses/translation.ts';
import type { PullPage, PullRequest, WireDocument } from '#domain/sync/protocol.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered, Head } from '../database/enter.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import { readers } from './collections/index.ts';
import { documentsIn, readChanges } from './collections/sources.ts';
import { afterLeg, firstLeg, lastId, pageSize, startOf, type Change, type Leg } from './paging.ts';
import { toDocuments, type ReadDocuments } from './read-documents.ts';
import { readRecentChanges, type RecentChanges } from './recent-changes.ts';

/** Small enough for database and server to work side by side, large enough to be few statements. */
const documentsAtATime = 250;

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

/** Pages as an app of the schema number `theirs` knows their documents (S28). */
export function lowerPages(pages: Pulled['pages'], lenses: readonly Lens[], theirs: number): Pulled['pages'] {
  const lowered = Object.entries(pages).map(([name, page]) => {
    const translation = translationSince(lenses, toCollectionName(name), theirs);
    return [name, { ...page, documents: page.documents.map((document) => lowerDocument(translation, document)) }];
  });
  return Object.fromEntries(lowered);
}

/**
 * Reads one page of each collection asked for (S6–S11): index, then content, in one snapshot, all collections' statements
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
  const [entered, recent] = await Promise.all([entering, readRecentChanges(sql, asked)]);
  const { schoolId, head } = entered;
  const fillings = Object.entries(asked).map(([name, request]) => beginPage(toCollectionName(name), request, head));
  const denied = new Map<CollectionName, number>();

  while (fillings.some(({ leg }) => leg !== null)) {
    await Promise.all(
      fillings.map(async (filling) => {
        const { collection, leg } = filling;
        if (!leg) return;
        const changes = await changesOf(sql, collection, leg, recent);
        for (const read of await readDocuments(sql, collection, changes, keyring, schoolId)) {
          filling.documents.push(...read.documents);
          if (read.denied > 0) denied.set(collection, (denied.get(collection) ?? 0) + read.denied);
        }
        const after = afterLeg(leg, changes, head);
        filling.leg = after.next;
        filling.page = { documents: filling.documents, checkpoint: after.checkpoint, isCaughtUp: after.isCaughtUp };
      }),
    );
  }
  return { pages: Object.fromEntries(fillings.map(({ collection, page }) => [collection, page])), denied, entered };
}

/** The changes of one leg, in the index's order. */
async function changesOf(sql: Transaction, collection: CollectionName, leg: Leg, recent: RecentChanges): Promise<readonly Change[]> {
  const known = isAfter(leg, recent.get(collection)?.version) ? recent.get(collection)?.changes : undefined;
  // A page that would be full goes on from a place within a version, which the short way knows nothing of.
  return known && known.length < leg.limit ? known : readChanges(sql, collection, leg);
}

/** Their documents, a part at a time: while the database reads one, the one before it is decrypted. */
async function readDocuments(
  sql: Transaction,
  collection: CollectionName,
  changes: readonly Change[],
  keyring: Keyring,
  schoolId: string,
): Promise<ReadDocuments[]> {
  const parts = Array.from({ length: Math.ceil(changes.length / documentsAtATime) }, (_, part) =>
    changes.slice(part * documentsAtATime, (part + 1) * documentsAtATime),
  );
  return Promise.all(
    parts.map(async (part) => {
      const rows = await readers[collection].select(sql, documentsIn(sql, part));
      // A join keeps no order.
      const inOrder = [...rows].sort((one, other) => one.position - other.position);
      return toDocuments(collection, inOrder, keyring, schoolId);
    }),
  );
}

/** Whether a leg goes forward from just after all of `version`. */
function isAfter({ direction, from: { forward } }: Leg, version: number | undefined): boolean {
  return direction === 'forward' && forward[0] === version && forward[1] === lastId;
}

type Asked = NonNullable<PullRequest['collections'][CollectionName]>;

function beginPage(collection: CollectionName, { checkpoint: known, limit }: Asked, head: Head): Filling {
  const checkpoint = startOf(known, head);
  const isFirst = checkpoint !== known;
  return {
    collection,
    page: { documents: [], checkpoint, isCaughtUp: true },
    leg: firstLeg(checkpoint, head, pageSize(limit ?? 1000, isFirst, collections[collection].comesWholeFirst)),
    documents: [],
  };
}

function toCollectionName(name: string): CollectionName {
  return must(Object.values(collections).find((collection) => collection.name === name)?.name, 'a request names collections that exist');
}
