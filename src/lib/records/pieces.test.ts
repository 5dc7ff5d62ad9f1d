import { describe, expect, it } from 'vitest';
import { arrivedAt, commentOf, joinPieces, loggedAt, undoableVoid } from './pieces.ts';
import { aClub, aCompletion, aReceipt, aReview, idOf } from './testing.ts';

const nothing = { completions: [], receipts: [], reviews: [], clubsById: new Map(), tasksById: new Map() };

describe('joining a piece with what belongs to it', () => {
  it('counts for the date that the server gave, not the one the device claimed', () => {
    const [piece] = joinPieces({
      ...nothing,
      completions: [aCompletion(1, { completionDate: '2026-12-03' })],
      receipts: [aReceipt(1, { effectiveDate: '2026-11-19', flags: ['date_clamped'] })],
    });
    expect(piece?.date).toBe('2026-11-19');
  });

  it('shows a mark given offline before the server knows of it', () => {
    const [piece] = joinPieces({ ...nothing, completions: [aCompletion(1)], receipts: [aReceipt(1)], reviews: [aReview(2, 1)] });
    expect(piece?.status).toBe('approved');
  });

  it('is waiting again once its only mark is undone', () => {
    const reviews = [aReview(2, 1, { comment: 'Neat' }), aReview(3, 1, { verdict: 'restored', restores: idOf(2) })];
    const [piece] = joinPieces({ ...nothing, completions: [aCompletion(1)], reviews });
    expect(piece?.status).toBe('submitted');
    expect(piece?.reviews).toEqual([]);
    expect(piece && commentOf(piece)).toBeNull();
  });

  it('numbers attempts along their chain and knows which of them is answered', () => {
    const completions = [aCompletion(1), aCompletion(2, { previousAttemptId: idOf(1) }), aCompletion(3, { previousAttemptId: idOf(2) })];
    const pieces = joinPieces({ ...nothing, completions });
    expect(pieces.map((piece) => [piece.attempt, piece.isAnswered])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
  });

  it('ends on a chain of attempts that loops', () => {
    const completions = [aCompletion(1, { previousAttemptId: idOf(2) }), aCompletion(2, { previousAttemptId: idOf(1) })];
    expect(joinPieces({ ...nothing, completions }).map((piece) => piece.attempt)).toEqual([2, 2]);
  });

  it('takes the comment of the newest mark that has one', () => {
    const reviews = [
      aReview(2, 1, { verdict: 'returned', comment: 'Look at question 6', capturedAt: '2026-11-24T08:00:00.000Z' }),
      aReview(3, 1, { comment: 'Lovely', capturedAt: '2026-11-24T09:00:00.000Z' }),
      aReview(4, 1, { capturedAt: '2026-11-24T10:00:00.000Z' }),
    ];
    const [piece] = joinPieces({ ...nothing, completions: [aCompletion(1)], reviews, clubsById: new Map([[idOf(8001), aClub()]]) });
    expect(piece && commentOf(piece)).toBe('Lovely');
    expect(piece?.club?.name).toBe('Maths');
  });

  it('arrived when the server got it, or when it was logged while the server has not', () => {
    const [sent, unsent] = joinPieces({ ...nothing, completions: [aCompletion(1), aCompletion(2)], receipts: [aReceipt(1)] });
    expect(sent && arrivedAt(sent)).toBe('2026-11-23T16:49:00.000Z');
    expect(unsent && arrivedAt(unsent)).toBe('2026-11-23T16:48:00.000Z');
  });

  it('was logged by the device’s clock put right, and never after the server got it', () => {
    const slow = { completion: aCompletion(1, { capturedAt: '2026-11-23T15:48:00.000Z', clockOffsetMs: 3_600_000 }), receipt: aReceipt(1) };
    expect(loggedAt(slow)).toBe('2026-11-23T16:48:00.000Z');
    const fast = { completion: aCompletion(1, { capturedAt: '2026-11-23T18:00:00.000Z', clockOffsetMs: null }), receipt: aReceipt(1) };
    expect(loggedAt(fast)).toBe('2026-11-23T16:49:00.000Z');
    expect(loggedAt({ ...fast, receipt: null })).toBe('2026-11-23T18:00:00.000Z');
  });
});

describe('what was set aside', () => {
  const now = new Date('2026-11-24T09:00:00.000Z');
  const setAside = aReview(1, 5, { verdict: 'void', comment: 'It was logged twice', capturedAt: '2026-10-26T09:00:00.000Z' });

  it('can be taken up again for 30 days', () => {
    expect(undoableVoid({ reviews: [setAside] }, now)).toBe(setAside);
    expect(undoableVoid({ reviews: [{ ...setAside, capturedAt: '2026-10-24T09:00:00.000Z' }] }, now)).toBeNull();
  });

  it('cannot where it is another child’s, where two have set it aside, or where nobody has', () => {
    expect(undoableVoid({ reviews: [{ ...setAside, comment: null }] }, now)).toBeNull();
    expect(undoableVoid({ reviews: [setAside, aReview(2, 5, { verdict: 'void', comment: 'Not homework' })] }, now)).toBeNull();
    expect(undoableVoid({ reviews: [aReview(2, 5)] }, now)).toBeNull();
  });
});
