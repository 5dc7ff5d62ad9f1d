import { pageLimit, type Checkpoint } from '#domain/sync/protocol.ts';
import type { Head } from '../database/enter.ts';

export type Position = Checkpoint['forward'];

/** One change that a page may carry. */
export interface Change {
  readonly documentId: string;
  readonly version: number;
  readonly isDeleted: boolean;
  /** The version that a device meets it at: the later of its own and of the grant that shows it (S6). */
  readonly effectiveVersion: number;
}

/** A part of a page: which way to read, from where, and how much at most. */
export interface Leg {
  readonly direction: 'forward' | 'back';
  readonly from: Checkpoint;
  readonly limit: number;
}

/** Comes after every document of its version. */
export const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Small collections come whole in the first answer (S11); more than this of one is no longer small, and goes on by pages. */
const wholeAtMost = 10_000;

/**
 * Where to read on. A client that has nothing, that knows another epoch (a restored backup, S3), that was last here before
 * tombstones were pruned (S2), or that claims to have been where the clock has not been yet starts from nothing: back from the
 * head, newest first (S11).
 */
export function startOf(known: Checkpoint | null, head: Head): Checkpoint {
  const isUsable =
    known !== null &&
    known.epoch === head.epoch &&
    known.forward[0] >= head.floor &&
    known.forward[0] <= head.version &&
    (known.back?.[0] ?? 0) <= head.version;
  return isUsable ? known : { epoch: head.epoch, forward: [head.version, lastId], back: [head.version, lastId] };
}

/** How many changes one page holds: what was asked for, within bounds (S10); all of it where it comes whole. */
export function pageSize(asked: number, isFirst: boolean, comesWholeFirst: boolean): number {
  return isFirst && comesWholeFirst ? wholeAtMost : Math.min(pageLimit.most, Math.max(pageLimit.least, asked));
}

/** What to read first from `checkpoint`; null where there cannot be anything: everything up to the head is there. */
export function firstLeg(checkpoint: Checkpoint, head: Head, limit: number): Leg | null {
  if (checkpoint.back) return { direction: 'back', from: checkpoint, limit };
  return isAtHead(checkpoint, head) ? null : { direction: 'forward', from: checkpoint, limit };
}

/**
 * What to read after `leg` has given `count` changes, up to `last`. When the way back is done a page is filled with what is
 * new since: a page that is not full says that there is no more (S10).
 */
export function afterLeg(
  leg: Leg,
  changes: readonly Change[],
  head: Head,
): { checkpoint: Checkpoint; next: Leg | null; isCaughtUp: boolean } {
  const last = changes.at(-1);
  const isFull = changes.length >= leg.limit;
  if (leg.direction === 'back') {
    const back: Position | null = isFull && last ? [last.effectiveVersion, last.documentId] : null;
    const checkpoint = { ...leg.from, back };
    if (isFull) return { checkpoint, next: null, isCaughtUp: false };
    return isAtHead(checkpoint, head)
      ? { checkpoint, next: null, isCaughtUp: true }
      : { checkpoint, next: { direction: 'forward', from: checkpoint, limit: leg.limit - changes.length }, isCaughtUp: false };
  }
  // In one snapshot everything up to the head is visible: who has caught up stands at the head, and scans from there.
  const forward: Position = isFull && last ? [last.effectiveVersion, last.documentId] : [head.version, lastId];
  return { checkpoint: { ...leg.from, forward }, next: null, isCaughtUp: !isFull };
}

function isAtHead({ forward }: Checkpoint, head: Head): boolean {
  return forward[0] === head.version && forward[1] === lastId;
}
