import { flushSync } from 'svelte';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reviewId } from '#domain/ids.ts';
import type { Piece } from '$lib/records/pieces.ts';
import { aChild, aCompletion, aPiece, aReceipt, idOf } from '$lib/records/testing.ts';
import { MarkingDesk } from './marking-desk.svelte.ts';

/** Pieces 1 to 4 of one child, in the order of their numbers. */
const aRecord = (number: number, fields: Partial<Piece> = {}): Piece => ({
  ...aPiece(number, {
    completion: aCompletion(number),
    receipt: aReceipt(number, { receivedAt: `2026-11-23T16:0${String(number)}:00.000Z` }),
  }),
  ...fields,
});

class Records {
  pieces: readonly Piece[] = $state.raw([1, 2, 3, 4].map((number) => aRecord(number)));
  readonly byId = $derived.by(() => new Map(this.pieces.map((piece) => [piece.completion.id as string, piece])));
}

const child = aChild(9001);
let records: Records;
/** How often a piece's title was asked for: once a piece each time that the list is built. */
let titles: number;
let said: string[];
let desk: MarkingDesk;
let leave: () => void;

beforeEach(() => {
  records = new Records();
  titles = 0;
  said = [];
  leave = $effect.root(() => {
    desk = new MarkingDesk({
      pieces: () => records.pieces,
      pieceOf: (id) => records.byId.get(id),
      piecesOf: () => records.pieces,
      childrenById: () => new Map([[child.studentId as string, child]]),
      isSettled: () => true,
      titleOf: () => {
        titles++;
        return 'Fractions';
      },
      voiceOf: () => 'none',
      review: () => Promise.resolve(v.parse(reviewId, idOf(500))),
      undoReview: () => Promise.resolve(),
      move: () => Promise.reject(new Error('nothing is moved here')),
      undoMove: () => Promise.resolve(),
      onmark: (mark, left) => said.push(`${mark.verdict}, ${String(left)} left`),
      onundo: (_mark, left) => said.push(`undone, ${String(left)} left`),
      onmove: () => undefined,
      onmoveback: () => undefined,
      onfailure: (_failed, reason) => said.push(String(reason)),
      onstillrecording: () => undefined,
    });
  });
  look();
});
afterEach(() => {
  leave();
});

/** What the page would show. */
function look() {
  flushSync();
  return { open: desk.current?.id, list: desk.drawn.map(({ id, isMarked }) => [id, isMarked]), left: desk.left };
}

/** The device's own record says so, a moment after the key. */
function arrive(number: number, fields: Partial<Piece>): void {
  records.pieces = records.pieces.map((piece) => (piece.completion.id === idOf(number) ? { ...piece, ...fields } : piece));
}

const whole = (marked: readonly number[]) => [1, 2, 3, 4].map((number) => [idOf(number), marked.includes(number)]);

describe('the marking desk', () => {
  it('goes on with the next piece at once, and keeps the marked one in its place, before and after the record says so', () => {
    desk.give('approved');
    expect(look()).toEqual({ open: idOf(2), list: whole([1]), left: 3 });
    arrive(1, { status: 'approved' });
    expect(look()).toEqual({ open: idOf(2), list: whole([1]), left: 3 });
    expect(said).toEqual(['approved, 3 left']);
  });

  it('takes the last mark back and opens its piece, before and after the record says so', async () => {
    desk.give('approved');
    arrive(1, { status: 'approved' });
    look();
    await desk.undo();
    expect(look()).toEqual({ open: idOf(1), list: whole([]), left: 4 });
    arrive(1, { status: 'submitted' });
    expect(look()).toEqual({ open: idOf(1), list: whole([]), left: 4 });
    expect(said).toEqual(['approved, 3 left', 'undone, 4 left']);
  });

  it('leaves on the desk what somebody else has marked meanwhile, and lets it go once the desk is left for the next', () => {
    arrive(1, { status: 'approved' });
    expect(look()).toMatchObject({ open: idOf(1), list: whole([1]) });
    desk.step(1);
    expect(look()).toMatchObject({ open: idOf(2), list: whole([]).slice(1) });
  });

  it('does not build the list again for a step or a mark', () => {
    const before = titles;
    expect(before).toBeGreaterThan(0);
    desk.step(1);
    look();
    desk.give('approved');
    look();
    expect(titles).toBe(before);
    arrive(2, { status: 'approved' });
    look();
    expect(titles).toBeGreaterThan(before);
  });

  it('says nothing of a piece that is marked already', () => {
    arrive(1, { status: 'approved' });
    look();
    desk.give('returned');
    expect(said).toEqual([]);
  });
});
