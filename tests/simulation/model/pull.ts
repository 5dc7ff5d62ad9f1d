import { must } from '#domain/must.ts';
import type { Checkpoint } from '#domain/sync/protocol.ts';
import { afterLeg, firstLeg, pageSize, startOf, type Leg } from '#server/sync/paging.ts';
import type { Delivered, ModelSchool } from './school.ts';
import type { IndexRow } from './transactions.ts';

type Position = Checkpoint['forward'];

export interface Page {
  readonly documents: readonly Delivered[];
  readonly checkpoint: Checkpoint;
  readonly isCaughtUp: boolean;
}

/** A row of the index as one person meets it (S6). */
interface Change {
  readonly documentId: string;
  readonly version: number;
  readonly effectiveVersion: number;
  readonly isDeleted: boolean;
  readonly isShown: boolean;
}

/** One page, in one snapshot, as `server/sync/pull.ts` makes it and by the same rules of paging. */
export function pull(school: ModelSchool, user: string, known: Checkpoint | null, limit: number): Page {
  const { head } = school;
  const checkpoint = startOf(known, head);
  const documents: Delivered[] = [];
  let page: Page = { documents, checkpoint, isCaughtUp: true };
  let leg = firstLeg(checkpoint, head, pageSize(limit, checkpoint !== known, false));
  while (leg) {
    const changes = changesOf(school, user, leg);
    documents.push(...changes.map((change) => deliver(school, change)));
    const after = afterLeg(leg, changes, head);
    page = { documents, checkpoint: after.checkpoint, isCaughtUp: after.isCaughtUp };
    leg = after.next;
  }
  return page;
}

/** The effective version of what a person sees of an open grant. */
export function effectiveVersion(row: IndexRow, fromVersion: number): number {
  return Math.max(row.version, fromVersion);
}

export function isBefore([version, id]: Position, [otherVersion, otherId]: Position): boolean {
  return version < otherVersion || (version === otherVersion && id < otherId);
}

function deliver(school: ModelSchool, { documentId: id, version, isDeleted }: Change): Delivered {
  const { content } = must(school.index.get(id), 'a change is one of the index');
  return { id, version, content: isDeleted ? null : content };
}

/** What `app.changes` answers. */
function changesOf(school: ModelSchool, user: string, { direction, from, limit }: Leg): Change[] {
  const isBack = direction === 'back';
  const changes = Array.from(school.index.values(), (row) => changeOf(school, user, row)).filter(({ effectiveVersion: at, documentId }) =>
    from.back ? isBefore([at, documentId], from.back) : isBefore(from.forward, [at, documentId]),
  );
  const isWanted = ({ isShown, isDeleted }: Change) => isShown && !(isDeleted && (isBack || school.variant === 'no tombstones'));
  const order = isBack ? -1 : 1;
  changes.sort((one, other) => (isBefore(positionOf(one), positionOf(other)) ? -order : order));
  return school.variant === 'filter after limit' ? changes.slice(0, limit).filter(isWanted) : changes.filter(isWanted).slice(0, limit);
}

function positionOf({ effectiveVersion: at, documentId }: Change): Position {
  return [at, documentId];
}

function changeOf(school: ModelSchool, user: string, row: IndexRow): Change {
  const change = { documentId: row.id, version: row.version };
  const open = school.openGrant(user, row.content.scope);
  if (open) {
    const at = school.variant === 'no effective version' ? row.version : effectiveVersion(row, open.fromVersion);
    return { ...change, effectiveVersion: at, isDeleted: row.isDeleted, isShown: true };
  }
  const ended = Math.max(
    ...school.grants.flatMap(({ user: whose, scope, toVersion }) =>
      whose === user && scope === row.content.scope && toVersion !== null ? [toVersion] : [],
    ),
  );
  // What was written when the person had left is none of theirs. What was there before is, however it changed since.
  const wasThere = (school.variant === 'wrong cut-off' ? row.version : row.createdVersion) <= ended;
  return wasThere
    ? { ...change, effectiveVersion: ended, isDeleted: true, isShown: true }
    : { ...change, effectiveVersion: row.version, isDeleted: false, isShown: false };
}
