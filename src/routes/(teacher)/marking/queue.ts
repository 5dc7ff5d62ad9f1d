import { mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import type { EvidenceKind } from '#domain/collections/completions.ts';
import { subjects } from '#domain/collections/school.ts';
import { compareWords, searchLetters } from '$lib/messages/locale.ts';
import { arrivedAt, loggedAt, type Piece } from '$lib/records/pieces.ts';
import type { Child } from '$lib/records/children.ts';

export const queueSorts = ['oldest', 'newest', 'name'] as const;
export type QueueSort = (typeof queueSorts)[number];

/** What the teacher asked to see; the address of the page holds it. */
export interface QueueView {
  /** Words of a child's name, a task or a club; all must be found. */
  readonly find: string;
  readonly clubId: string | null;
  /** The day that the work counts for. */
  readonly day: IsoDate | null;
  readonly evidence: EvidenceKind | null;
  /** Of what had a day to be done by, only what came after it. */
  readonly isLateOnly: boolean;
  readonly sort: QueueSort;
}

export const usualView: QueueView = { find: '', clubId: null, day: null, evidence: null, isLateOnly: false, sort: 'oldest' };

export interface QueueItem {
  readonly id: string;
  readonly piece: Piece;
  readonly child: Child;
  readonly title: string;
  /** Marked in this visit: it stays in its place with its mark until the next one. */
  readonly isMarked: boolean;
}

export interface ClubCount {
  readonly clubId: string;
  readonly name: string;
  readonly subject: (typeof subjects)[number];
  readonly waiting: number;
}

/**
 * Everything to mark: pieces without a verdict that no later attempt has answered, and those marked in this visit.
 *
 * @param titleOf the words for a piece without a task of its own
 */
export function buildQueue(
  pieces: readonly Piece[],
  childrenById: ReadonlyMap<string, Child>,
  markedInThisVisit: ReadonlySet<string>,
  titleOf: (piece: Piece) => string,
): QueueItem[] {
  const items: QueueItem[] = [];
  for (const piece of pieces) {
    const isWaiting = waits(piece);
    if (!isWaiting && !markedInThisVisit.has(piece.completion.id)) continue;
    const child = childrenById.get(piece.completion.studentId);
    if (!child) continue;
    items.push({ id: piece.completion.id, piece, child, title: titleOf(piece), isMarked: !isWaiting });
  }
  return items;
}

/** Whether it is for a teacher to mark: it has no verdict, and no later attempt has answered it. */
export function waits(piece: Piece): boolean {
  return piece.status === 'submitted' && !piece.isAnswered;
}

export function orderQueue(items: readonly QueueItem[], sort: QueueSort): QueueItem[] {
  return items.toSorted(orders[sort]);
}

/** The part of the queue that the view asks for, in its order. */
export function viewQueue(items: readonly QueueItem[], view: QueueView): QueueItem[] {
  const words = searchLetters(view.find).split(/\s+/).filter(Boolean);
  const found = items.filter((item) => isWithin(item, view) && (words.length === 0 || holdsAll(item, words)));
  return orderQueue(found, view.sort);
}

/** How many filters narrow the list, the club's and the words' not among them: those are always in sight. */
export function countFilters({ day, evidence, isLateOnly }: QueueView): number {
  return [day !== null, evidence !== null, isLateOnly].filter(Boolean).length;
}

/** The days that something in the queue counts for, newest first. */
export function daysOf(items: readonly QueueItem[]): IsoDate[] {
  return [...new Set(items.map(({ piece }) => piece.date))].sort().reverse();
}

/** Clubs with something in the queue, in an order that does not move while one marks. */
export function countClubs(items: readonly QueueItem[]): ClubCount[] {
  const counts = new Map<string, ClubCount>();
  for (const { piece, isMarked } of items) {
    const clubId = piece.completion.clubId;
    const soFar = counts.get(clubId)?.waiting ?? 0;
    counts.set(clubId, {
      clubId,
      name: piece.club?.name ?? '',
      subject: piece.club?.subject ?? 'other',
      waiting: soFar + (isMarked ? 0 : 1),
    });
  }
  return [...counts.values()].sort(
    (one, other) => subjects.indexOf(one.subject) - subjects.indexOf(other.subject) || compareWords(one.name, other.name),
  );
}

/** Whether one of a child's pieces of a day's week has a star that stands. */
export function hasStarInWeek(pieces: readonly Piece[], day: IsoDate): boolean {
  const monday = mondayOf(day);
  return pieces.some(({ date, reviews, status }) => status !== 'void' && reviews.some(({ star }) => star) && mondayOf(date) === monday);
}

/** Where marking goes on: the next piece without a mark after `id`, else the first before it, else null: all is marked. */
export function nextToMark(items: readonly QueueItem[], id: string | null): string | null {
  const from = items.findIndex((item) => item.id === id);
  for (let step = 1; step <= items.length; step++) {
    const item = items[(from + step) % items.length];
    if (item && !item.isMarked && item.id !== id) return item.id;
  }
  return null;
}

/** One step up or down the list, marked pieces included; stays at the ends. */
export function stepFrom(items: readonly QueueItem[], id: string | null, by: 1 | -1): string | null {
  const from = items.findIndex((item) => item.id === id);
  if (from === -1) return items[0]?.id ?? null;
  return items[Math.min(Math.max(from + by, 0), items.length - 1)]?.id ?? null;
}

const orders: Record<QueueSort, (one: QueueItem, other: QueueItem) => number> = {
  oldest: byArrival,
  newest: (one, other) => byArrival(other, one),
  name: (one, other) => compareWords(one.child.displayName, other.child.displayName) || orders.oldest(one, other),
};

/** By the minute of arrival; what a device sent in one go, in the order in which it was logged. */
function byArrival(one: QueueItem, other: QueueItem): number {
  const [a, b] = [arrivalOf(one), arrivalOf(other)];
  return a < b ? -1 : Number(a > b);
}

const arrivals = new WeakMap<Piece, string>();

/** What sorts by arrival, letter by letter: all of it is times and ids. Worked out once a piece, since a list compares each many times. */
function arrivalOf({ piece }: QueueItem): string {
  let arrival = arrivals.get(piece);
  if (arrival === undefined) {
    arrival = `${arrivedAt(piece).slice(0, 16)} ${loggedAt(piece)} ${piece.completion.id}`;
    arrivals.set(piece, arrival);
  }
  return arrival;
}

function isWithin({ piece }: QueueItem, { clubId, day, evidence, isLateOnly }: QueueView): boolean {
  return (
    (clubId === null || piece.completion.clubId === clubId) &&
    (day === null || piece.date === day) &&
    (evidence === null || piece.completion.evidenceKind === evidence) &&
    (!isLateOnly || piece.receipt?.punctuality === 'late')
  );
}

const texts = new WeakMap<QueueItem, string>();

function holdsAll(item: QueueItem, words: readonly string[]): boolean {
  let text = texts.get(item);
  if (text === undefined) {
    text = searchLetters(`${item.child.displayName} ${item.title} ${item.piece.club?.name ?? ''}`);
    texts.set(item, text);
  }
  return words.every((word) => text.includes(word));
}
