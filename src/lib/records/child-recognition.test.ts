import { describe, expect, it } from 'vitest';
import type { Progress } from '#domain/collections/progress.ts';
import { childRecognition } from './child-recognition.ts';
import { childStreak } from './child-streak.ts';
import { aClub, aCompletion, aPiece, aReview, idOf } from './testing.ts';
import type { Piece } from './pieces.ts';

const today = '2026-11-24';
const clubs = [aClub({ strands: ['number', 'fractions'] })];

function recognised(pieces: readonly Piece[], progress?: Partial<Progress>) {
  const { judged } = childStreak({ startedOn: '2026-11-16', closures: [], target: 4, today, pieces, excused: [], closedWeeks: [] });
  const whole: Progress | undefined = progress && { ...serverSays, ...progress };
  return childRecognition({ pieces, streak: judged, today, clubs, hasGarden: false, progress: whole });
}

const serverSays = { version: 1, currentRun: 0, longestRun: 0, weeks: [], clubs: {}, ...aCompletionOwner() };
function aCompletionOwner(): Pick<Progress, 'id' | 'studentId'> {
  const { studentId } = aCompletion(1);
  return { id: studentId, studentId };
}

describe('a child’s points, levels and badges on the device', () => {
  it('count homework that nobody has seen yet, on top of what the server has counted', () => {
    expect(recognised([])).toMatchObject({ points: 0, level: 1, badges: {} });
    expect(recognised([aPiece(1)])).toMatchObject({ points: 10, badges: { first_step: '2026-11-23' } });
    expect(recognised([aPiece(1)], { points: 40 })).toMatchObject({ points: 40 });
  });

  it('count a star and an answer as the server does', () => {
    const again = {
      completion: aCompletion(2, { previousAttemptId: idOf(1) }),
      status: 'approved',
      reviews: [aReview(3, 2, { star: true })],
    } as const;
    expect(recognised([aPiece(1, { status: 'returned' }), aPiece(2, again)]).points).toBe(40);
  });

  it('begin from the opening balance where earlier years are no longer here', () => {
    const work = { points: 940, badges: { run_5: '2025-10-01' }, approved: {}, sincePlaced: {}, again: 0, steadyHalfTerms: 0 };
    const opening = { monday: '2026-08-31', run: 0, longestRun: 5, isLastMissed: false, clubs: {}, work };
    expect(recognised([aPiece(1)], { opening })).toMatchObject({ points: 950, level: 6, badges: { run_5: '2025-10-01' } });
  });

  it('show the server’s level where it has come further, and where a teacher placed the child', () => {
    const placed = { level: 10, on: '2026-11-20' };
    const known = { clubLevels: { [idOf(8001)]: { level: 10, pieces: 2, placed } } };
    expect(recognised([], known).clubLevels[idOf(8001)]).toEqual({ level: 10, pieces: 2, placed });
    const approved = [1, 2, 3].map((number) => aPiece(number, { status: 'approved' }));
    expect(recognised(approved, known).clubLevels[idOf(8001)]).toMatchObject({ level: 10, pieces: 3 });
  });

  it('have no badge both earned and still to come', () => {
    const { badges, toCome } = recognised([], { badges: { century: '2025-01-01' } });
    expect(Object.keys(badges)).toEqual(['century']);
    expect(toCome.map(({ id }) => id)).not.toContain('century');
  });
});
