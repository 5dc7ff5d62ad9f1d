import { describe, expect, it } from 'vitest';
import { aClub, aCompletion, aPiece, aReview, aTask, idOf } from '$lib/records/testing.ts';
import { readAddress, writeAddress } from './child-address.ts';
import { viewPieces, type PieceView } from './piece-list.ts';

const english = aClub({ id: idOf(8002), subject: 'english', name: 'English' });
const pieces = [
  aPiece(1, { date: '2026-11-03', status: 'approved', task: aTask(1, { title: 'Times tables' }) }),
  aPiece(2, {
    completion: aCompletion(2, { clubId: idOf(8002), writtenWork: 'The conkers fell.' }),
    date: '2026-11-10',
    status: 'returned',
    club: english,
    reviews: [aReview(2, 2, { verdict: 'returned', comment: 'Add two adjectives.' })],
  }),
  aPiece(3, { date: '2026-11-12' }),
  aPiece(4, { date: '2026-11-05', status: 'void' }),
];
const usual: PieceView = { find: '', clubId: null, status: null, sort: 'date', direction: 'descending' };
const notes = (completionId: string) => (completionId === idOf(3) ? ['Nadia Rahman: “We counted pennies.”'] : []);
const shown = (view: Partial<PieceView>) =>
  viewPieces(pieces, { ...usual, ...view }, notes).map(({ completion }) => Number(`0x${completion.id.slice(-4)}`));

describe('a child’s pieces', () => {
  it('stand with the newest first, and hide nothing that was set aside', () => {
    expect(shown({})).toEqual([3, 2, 4, 1]);
  });

  it('are found by task, club, what was written, comment and note, whatever the capitals', () => {
    expect(shown({ find: 'TABLES' })).toEqual([1]);
    expect(shown({ find: 'english' })).toEqual([2]);
    expect(shown({ find: 'conkers fell' })).toEqual([2]);
    expect(shown({ find: 'adjectives' })).toEqual([2]);
    expect(shown({ find: 'pennies nadia' })).toEqual([3]);
    expect(shown({ find: 'conkers pennies' })).toEqual([]);
  });

  it('are chosen by club and by what became of them', () => {
    expect(shown({ clubId: idOf(8002) })).toEqual([2]);
    expect(shown({ status: 'void' })).toEqual([4]);
    expect(shown({ clubId: idOf(8002), status: 'approved' })).toEqual([]);
  });

  it('are sorted either way; those that are alike by day, the newest first', () => {
    expect(shown({ direction: 'ascending' })).toEqual([1, 4, 2, 3]);
    expect(shown({ sort: 'status', direction: 'ascending' })).toEqual([3, 2, 1, 4]);
    expect(shown({ sort: 'title', direction: 'ascending' })).toEqual([2, 3, 4, 1]);
  });
});

describe('the address of a child’s page', () => {
  it('brings back all that is looked at', () => {
    const address = {
      ...usual,
      childId: idOf(9001),
      find: 'tables',
      clubId: idOf(8002),
      status: 'returned',
      sort: 'title',
      direction: 'descending',
      isReport: true,
      kind: 'term',
      from: '2026-09-07',
    } as const;
    expect(readAddress(new URLSearchParams(writeAddress(address)))).toEqual(address);
  });

  it('says nothing of the usual, and takes what it does not understand for it', () => {
    const address = readAddress(new URLSearchParams('?id=x&sort=luck&status=lost&span=century&direction=sideways'));
    expect(address).toEqual({ ...usual, childId: 'x', isReport: false, kind: 'half_term', from: null });
    expect(writeAddress(address)).toBe('?id=x');
  });
});
