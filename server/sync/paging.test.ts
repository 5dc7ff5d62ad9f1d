import { describe, expect, test } from 'vitest';
import type { Checkpoint } from '#domain/sync/protocol.ts';
import { afterLeg, firstLeg, lastId, pageSize, startOf, type Change, type Leg } from './paging.ts';

const id = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const head = { epoch: 3, version: 40, floor: 0 };
const changes = (count: number, version: number): Change[] =>
  Array.from({ length: count }, (_, index) => ({ documentId: id(index), version, effectiveVersion: version, isDeleted: false }));

describe('where a pull reads on', () => {
  test('S11: a client with nothing goes back from the head', () => {
    expect(startOf(null, head)).toEqual({ epoch: 3, forward: [40, lastId], back: [40, lastId] });
  });

  test('S9: a client that was here goes on where it stood', () => {
    const known: Checkpoint = { epoch: 3, forward: [12, id(5)], back: [7, id(2)] };
    expect(startOf(known, head)).toBe(known);
  });

  test.each([
    ['knows another epoch (S3)', { epoch: 2, forward: [12, id(5)], back: null }],
    ['claims a version that is still to come', { epoch: 3, forward: [41, id(5)], back: null }],
    ['claims to go back from what is still to come', { epoch: 3, forward: [40, id(5)], back: [50, id(5)] }],
  ] as [string, Checkpoint][])('S9: a client that %s starts again', (_why, known) => {
    expect(startOf(known, head)).toEqual({ epoch: 3, forward: [40, lastId], back: [40, lastId] });
  });
});

test('S2: a client from before the tombstones that are left starts again, one that has seen all of them goes on', () => {
  const known: Checkpoint = { epoch: 3, forward: [12, id(5)], back: null };
  expect(startOf(known, { ...head, floor: 13 })).toEqual({ epoch: 3, forward: [40, lastId], back: [40, lastId] });
  expect(startOf(known, { ...head, floor: 12 })).toBe(known);
});

describe('S10: a page', () => {
  test('holds what was asked for, between 1 and 2,000', () => {
    expect([0, -5, 1, 500, 2000, 9999].map((asked) => pageSize(asked, false, true))).toEqual([1, 1, 1, 500, 2000, 2000]);
  });

  test('S11: of a small collection comes whole the first time, and of no other', () => {
    expect(pageSize(10, true, true)).toBeGreaterThan(2000);
    expect(pageSize(10, true, false)).toBe(10);
  });
});

describe('S11: the way back', () => {
  const checkpoint = startOf(null, head);
  const leg: Leg = { direction: 'back', from: checkpoint, limit: 3 };

  test('comes first', () => {
    expect(firstLeg(checkpoint, head, 3)).toEqual(leg);
  });

  test('goes on below the last document while pages are full', () => {
    expect(afterLeg(leg, changes(3, 9), head)).toEqual({ checkpoint: { ...checkpoint, back: [9, id(2)] }, next: null, isCaughtUp: false });
  });

  test('ends with a page that is not full, and is then caught up where nothing has happened since', () => {
    expect(afterLeg(leg, changes(2, 9), head)).toEqual({ checkpoint: { ...checkpoint, back: null }, next: null, isCaughtUp: true });
  });

  test('S10: fills that page with what is new since', () => {
    const later = { ...head, version: 44 };
    expect(afterLeg(leg, changes(2, 9), later)).toEqual({
      checkpoint: { ...checkpoint, back: null },
      next: { direction: 'forward', from: { ...checkpoint, back: null }, limit: 1 },
      isCaughtUp: false,
    });
  });
});

describe('the way forward', () => {
  const from: Checkpoint = { epoch: 3, forward: [12, id(5)], back: null };
  const leg: Leg = { direction: 'forward', from, limit: 2 };

  test('is not gone where the client stands at the head', () => {
    expect(firstLeg({ ...from, forward: [40, lastId] }, head, 2)).toBeNull();
  });

  test('I7: is gone where a document of the head’s own version may be left', () => {
    expect(firstLeg({ ...from, forward: [40, id(1)] }, head, 2)).not.toBeNull();
  });

  test('moves to the last document of a full page, and no further', () => {
    expect(afterLeg(leg, changes(2, 20), head)).toEqual({ checkpoint: { ...from, forward: [20, id(1)] }, next: null, isCaughtUp: false });
  });

  test('moves to the head of the same snapshot when it is caught up', () => {
    expect(afterLeg(leg, changes(1, 20), head)).toEqual({ checkpoint: { ...from, forward: [40, lastId] }, next: null, isCaughtUp: true });
  });
});
