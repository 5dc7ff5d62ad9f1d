import { describe, expect, it } from 'vitest';
import { aClub, aCompletion, aPiece, idOf } from './testing.ts';
import { workByClub } from './work-by-club.ts';

const term = { from: '2026-11-02', until: '2026-11-29' };
const english = aClub({ id: idOf(8002), subject: 'english', name: 'English' });
const on = (number: number, date: string, fields = {}) => aPiece(number, { completion: aCompletion(number), date, ...fields });

describe('the work of a stretch of days', () => {
  it('holds what counts in it, by club in the school’s order, the oldest first', () => {
    const pieces = [
      on(1, '2026-11-24', { status: 'approved' }),
      on(2, '2026-11-03'),
      on(3, '2026-11-10', { club: english }),
      on(4, '2026-11-10', { club: null }),
      on(5, '2026-11-01'),
      on(6, '2026-11-30'),
      on(7, '2026-11-10', { status: 'void' }),
      on(8, '2026-11-10', { status: 'returned', isAnswered: true }),
    ];
    const found = workByClub(pieces, term, [english, aClub()]);
    expect(found.map(({ club, approved, pieces: own }) => [club?.name, approved, own.map(({ completion }) => completion.id)])).toEqual([
      ['English', 0, [idOf(3)]],
      ['Maths', 1, [idOf(2), idOf(1)]],
      [undefined, 0, [idOf(4)]],
    ]);
  });
});
