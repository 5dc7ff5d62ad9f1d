import { describe, expect, it } from 'vitest';
import { arrivedAt, commentOf, loggedAt, spokenReviewOf, titleOf, undoableVoid } from './pieces.ts';
import { aClub, aCompletion, aPiece, aReceipt, aReview, aTask, idOf, joined } from './testing.ts';

describe('joining a piece with what belongs to it', () => {
  it('counts for the date that the server gave, not the one the device claimed', () => {
    const [piece] = joined({
      completions: [aCompletion(1, { completionDate: '2026-12-03' })],
      receipts: [aReceipt(1, { effectiveDate: '2026-11-19', flags: ['date_clamped'] })],
    });
    expect(piece?.date).toBe('2026-11-19');
  });

  it('shows a mark given offline before the server knows of it', () => {
    const [piece] = joined({ completions: [aCompletion(1)], receipts: [aReceipt(1)], reviews: [aReview(2, 1)] });
    expect(piece?.status).toBe('approved');
  });

  it('is waiting again once its only mark is undone', () => {
    const reviews = [aReview(2, 1, { comment: 'Neat' }), aReview(3, 1, { verdict: 'restored', restores: idOf(2) })];
    const [piece] = joined({ completions: [aCompletion(1)], reviews });
    expect(piece?.status).toBe('submitted');
    expect(piece?.reviews).toEqual([]);
    expect(piece && commentOf(piece)).toBeNull();
  });

  it('numbers attempts along their chain and knows which of them is answered', () => {
    const completions = [aCompletion(1), aCompletion(2, { previousAttemptId: idOf(1) }), aCompletion(3, { previousAttemptId: idOf(2) })];
    const pieces = joined({ completions });
    expect(pieces.map((piece) => [piece.attempt, piece.isAnswered])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
  });

  it('ends on a chain of attempts that loops', () => {
    const completions = [aCompletion(1, { previousAttemptId: idOf(2) }), aCompletion(2, { previousAttemptId: idOf(1) })];
    expect(joined({ completions }).map((piece) => piece.attempt)).toEqual([2, 2]);
  });

  it('takes the comment of the newest mark that has one', () => {
    const reviews = [
      aReview(2, 1, { verdict: 'returned', comment: 'Look at question 6', capturedAt: '2026-11-24T08:00:00.000Z' }),
      aReview(3, 1, { comment: 'Lovely', capturedAt: '2026-11-24T09:00:00.000Z' }),
      aReview(4, 1, { capturedAt: '2026-11-24T10:00:00.000Z' }),
    ];
    const [piece] = joined({ completions: [aCompletion(1)], reviews, clubsById: new Map([[idOf(8001), aClub()]]) });
    expect(piece && commentOf(piece)).toBe('Lovely');
    expect(piece?.club?.name).toBe('Maths');
  });

  it('lets the newest mark speak that has a voice and stands, and no other', () => {
    const voices = [
      aReview(2, 1, { verdict: 'returned', voiceId: idOf(51), capturedAt: '2026-11-24T08:00:00.000Z' }),
      aReview(3, 1, { voiceId: idOf(52), capturedAt: '2026-11-24T09:00:00.000Z' }),
      aReview(4, 1, { capturedAt: '2026-11-24T10:00:00.000Z' }),
    ];
    const spoken = (reviews: typeof voices) => {
      const [piece] = joined({ completions: [aCompletion(1)], reviews });
      return piece && spokenReviewOf(piece)?.voiceId;
    };
    expect(spoken(voices)).toBe(idOf(52));
    const undone = aReview(5, 1, { verdict: 'restored', restores: idOf(3), capturedAt: '2026-11-24T11:00:00.000Z' });
    expect(spoken([...voices, undone])).toBe(idOf(51));
    expect(spoken([aReview(4, 1)])).toBeUndefined();
  });

  it('leaves every piece as it is but the one that was marked, whose mark was undone, or that was answered', () => {
    const completions = [aCompletion(1), aCompletion(2), aCompletion(3)];
    const receipts = [aReceipt(1), aReceipt(2), aReceipt(3)];
    const before = joined({ completions, receipts, reviews: [aReview(11, 1)] });
    const reviews = [aReview(11, 1), aReview(12, 2)];
    // The first piece's list of marks is another one that says the same.
    const after = joined(
      {
        completions,
        receipts,
        reviews: [...reviews].map((review, index) => (index === 0 ? (before[0]?.allReviews[0] ?? review) : review)),
      },
      before,
    );
    expect(after.map((piece, index) => piece === before[index])).toEqual([true, false, true]);
    expect(after[1]?.status).toBe('approved');
    const undone = joined({ completions, receipts, reviews: [...(after[0]?.allReviews ?? [])] }, after);
    expect(undone.map((piece, index) => piece === after[index])).toEqual([true, false, true]);
    expect(undone[1]?.status).toBe('submitted');
    const answered = joined(
      {
        completions: [...completions, aCompletion(4, { previousAttemptId: idOf(3) })],
        receipts,
        reviews: [...(after[0]?.allReviews ?? [])],
      },
      undone,
    );
    expect(answered.map((piece, index) => piece === undone[index])).toEqual([true, true, false, false]);
    expect(answered.slice(2).map(({ attempt, isAnswered }) => [attempt, isAnswered])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it('takes what the server says of a piece anew', () => {
    const completions = [aCompletion(1)];
    const before = joined({ completions });
    expect(joined({ completions, receipts: [aReceipt(1, { effectiveDate: '2026-11-19' })] }, before)[0]?.date).toBe('2026-11-19');
    expect(joined({ completions, clubsById: new Map([[idOf(8001), aClub()]]) }, before)[0]?.club?.name).toBe('Maths');
  });

  it('arrived when the server got it, or when it was logged while the server has not', () => {
    const [sent, unsent] = joined({ completions: [aCompletion(1), aCompletion(2)], receipts: [aReceipt(1)] });
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

describe('what a piece is called', () => {
  it('is its task, else its club and what it was there', () => {
    const completion = aCompletion(1, { activity: 'reading' });
    expect(titleOf(aPiece(1, { completion, task: aTask(3001) }))).toBe('Task 3001');
    expect(titleOf(aPiece(1, { completion }))).toBe('Maths: reading');
    expect(titleOf(aPiece(1, { completion: aCompletion(1, { activity: 'practice' }) }))).toBe('Maths: practice');
    expect(titleOf(aPiece(1))).toBe('Maths');
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
