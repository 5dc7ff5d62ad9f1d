import { describe, expect, it } from 'vitest';
import { aPiece } from '$lib/records/testing.ts';
import { homeworkList } from './homework-list.ts';

const today = '2026-11-24';

describe('my homework', () => {
  it('puts what wants another go first, until it is answered', () => {
    const list = homeworkList([aPiece(1, { status: 'returned' }), aPiece(2, { status: 'returned', isAnswered: true })], today, 30);
    expect(list.again.map((piece) => piece.completion.id)).toEqual([aPiece(1).completion.id]);
    expect(list.weeks.flatMap((week) => week.pieces)).toHaveLength(1);
  });

  it('goes by weeks, Monday to Sunday', () => {
    const pieces = ['2026-11-23', '2026-11-22', '2026-11-16', '2026-11-15'].map((date, index) => aPiece(index + 1, { date }));
    expect(homeworkList(pieces, today, 30).weeks.map(({ when, pieces: ofWeek }) => [when, ofWeek.length])).toEqual([
      ['this_week', 1],
      ['last_week', 2],
      ['earlier', 1],
    ]);
  });

  it('lays out as much as is asked for, and says how much is left', () => {
    const pieces = Array.from({ length: 200 }, (_, index) => aPiece(index + 1));
    const list = homeworkList(pieces, today, 30);
    expect(list.more).toBe(170);
    expect(list.weeks.flatMap((week) => week.pieces)).toHaveLength(30);
  });
});
