import { describe, expect, it } from 'vitest';
import { aChild, aClub, aCompletion, aPiece, aReceipt, aReview, idOf } from '$lib/records/testing.ts';
import { readAddress, writeAddress, type QueueAddress } from './queue-address.ts';
import {
  buildQueue,
  countClubs,
  countFilters,
  daysOf,
  hasStarInWeek,
  nextToMark,
  stepFrom,
  usualView as usual,
  viewQueue,
} from './queue.ts';

const children = new Map(
  [aChild(9001), aChild(9002, { displayName: 'Dev Patel', firstName: 'Dev' })].map((child) => [child.studentId as string, child]),
);
const titleOf = () => 'Fractions, page 12';

function piece(number: number, time: string, fields = {}, completion = {}) {
  return aPiece(number, {
    completion: aCompletion(number, completion),
    receipt: aReceipt(number, { receivedAt: `2026-11-23T${time}:00.000Z` }),
    ...fields,
  });
}

const pieces = [
  piece(3, '17:00'),
  piece(1, '16:20', {}, { studentId: idOf(9002) }),
  piece(2, '16:31', { club: aClub({ id: idOf(8002), name: 'English', subject: 'english' }) }, { clubId: idOf(8002) }),
];
const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id);
const build = (marked: string[] = [], given = pieces) => buildQueue(given, children, new Set(marked), titleOf);

describe('the marking queue', () => {
  it('holds what waits and leaves out what is marked, answered by a later attempt, or of a child unknown here', () => {
    const others = [
      ...pieces,
      piece(4, '18:00', { status: 'approved' }),
      piece(5, '18:00', { isAnswered: true }),
      piece(6, '18:00', {}, { studentId: idOf(9999) }),
    ];
    expect(ids(build([], others)).sort()).toEqual([idOf(1), idOf(2), idOf(3)]);
  });

  it('keeps what was marked in this visit in its place', () => {
    const marked = pieces.map((one) => (one.completion.id === idOf(2) ? { ...one, status: 'approved' as const } : one));
    const items = viewQueue(build([idOf(2)], marked), usual);
    expect(items.map((item) => [item.id, item.isMarked])).toEqual([
      [idOf(1), false],
      [idOf(2), true],
      [idOf(3), false],
    ]);
  });

  it('sorts by arrival, newest first, or by name', () => {
    expect(ids(viewQueue(build(), usual))).toEqual([idOf(1), idOf(2), idOf(3)]);
    expect(ids(viewQueue(build(), { ...usual, sort: 'newest' }))).toEqual([idOf(3), idOf(2), idOf(1)]);
    expect(ids(viewQueue(build(), { ...usual, sort: 'name' }))).toEqual([idOf(2), idOf(3), idOf(1)]);
  });

  it('orders what a device sent in one go by when it was logged', () => {
    const inOneGo = [
      piece(7, '17:00', {}, { capturedAt: '2026-11-23T16:40:00.000Z' }),
      piece(8, '17:00', {}, { capturedAt: '2026-11-23T16:20:00.000Z' }),
    ];
    expect(ids(viewQueue(build([], inOneGo), usual))).toEqual([idOf(8), idOf(7)]);
    expect(ids(viewQueue(build([], inOneGo), { ...usual, sort: 'newest' }))).toEqual([idOf(7), idOf(8)]);
  });

  it('finds by any words of name, task and club', () => {
    expect(ids(viewQueue(build(), { ...usual, find: 'DEV frac' }))).toEqual([idOf(1)]);
    expect(ids(viewQueue(build(), { ...usual, find: 'amara english' }))).toEqual([idOf(2)]);
    expect(viewQueue(build(), { ...usual, find: 'zachary' })).toEqual([]);
  });

  it('filters by club and counts what waits in each', () => {
    expect(ids(viewQueue(build(), { ...usual, clubId: idOf(8002) }))).toEqual([idOf(2)]);
    expect(countClubs(build()).map(({ name, waiting }) => [name, waiting])).toEqual([
      ['Maths', 2],
      ['English', 1],
    ]);
  });

  it('filters by day, by what was handed in, and by what came late', () => {
    const various = [
      piece(1, '16:00', { date: '2026-11-20' }, { evidenceKind: 'audio' }),
      piece(2, '16:10', {}, { evidenceKind: 'photo' }),
      aPiece(3, { receipt: aReceipt(3, { punctuality: 'late', receivedAt: '2026-11-23T16:20:00.000Z' }) }),
      aPiece(4, { receipt: null }),
    ];
    const items = build([], various);
    expect(ids(viewQueue(items, { ...usual, day: '2026-11-20' }))).toEqual([idOf(1)]);
    expect(ids(viewQueue(items, { ...usual, evidence: 'photo' }))).toEqual([idOf(2)]);
    expect(ids(viewQueue(items, { ...usual, isLateOnly: true }))).toEqual([idOf(3)]);
    expect(viewQueue(items, { ...usual, day: '2026-11-20', isLateOnly: true })).toEqual([]);
    expect(daysOf(items)).toEqual(['2026-11-23', '2026-11-20']);
    expect([countFilters(usual), countFilters({ ...usual, clubId: idOf(8001), day: '2026-11-20', isLateOnly: true })]).toEqual([0, 2]);
  });

  it('knows whether the star of a week is given: on the pieces of that week, by a mark that stands', () => {
    const starred = aPiece(1, { status: 'approved', reviews: [aReview(10, 1, { star: true })] });
    expect(hasStarInWeek([aPiece(2), starred], '2026-11-29')).toBe(true);
    expect(hasStarInWeek([starred], '2026-11-30')).toBe(false);
    expect(hasStarInWeek([{ ...starred, reviews: [] }], '2026-11-23')).toBe(false);
    expect(hasStarInWeek([{ ...starred, status: 'void' }], '2026-11-23')).toBe(false);
  });

  it('goes on with the next piece without a mark, round the end, and stops when all are marked', () => {
    const marked = pieces.map((one) => (one.completion.id === idOf(2) ? { ...one, status: 'returned' as const } : one));
    const items = viewQueue(build([idOf(2)], marked), usual);
    expect(nextToMark(items, idOf(1))).toBe(idOf(3));
    expect(nextToMark(items, idOf(3))).toBe(idOf(1));
    expect(
      nextToMark(
        items.filter((item) => item.isMarked),
        idOf(2),
      ),
    ).toBeNull();
    expect(nextToMark([], null)).toBeNull();
  });

  it('steps up and down and stays at the ends', () => {
    const items = viewQueue(build(), usual);
    expect(stepFrom(items, idOf(1), -1)).toBe(idOf(1));
    expect(stepFrom(items, idOf(1), 1)).toBe(idOf(2));
    expect(stepFrom(items, idOf(3), 1)).toBe(idOf(3));
    expect(stepFrom(items, 'gone', 1)).toBe(idOf(1));
  });
});

describe('the address of the queue', () => {
  it('restores the view', () => {
    const view: QueueAddress = {
      find: 'amara',
      clubId: idOf(8002),
      day: '2026-11-23',
      evidence: 'audio',
      isLateOnly: true,
      sort: 'newest',
      pieceId: idOf(3),
    };
    expect(readAddress(new URLSearchParams(writeAddress(view)))).toEqual(view);
  });

  it('leaves out the usual and does not mind nonsense', () => {
    expect(writeAddress({ ...usual, pieceId: null })).toBe('');
    expect(readAddress(new URLSearchParams('?sort=sideways&day=yesterday&evidence=clay'))).toEqual({ ...usual, pieceId: null });
  });
});
