import { describe, expect, it } from 'vitest';
import type { Invitation } from '$lib/joining/invitations-api.ts';
import { dayOf, viewLetters, type LetterView } from './letter-list.ts';
import { readAddress, writeAddress } from './letters-address.ts';

const letter = (id: string, fields: Partial<Invitation>): Invitation => ({
  id,
  studentId: `child-${id}`,
  childName: 'Maya Rahman',
  className: '4 Willow',
  state: 'open',
  issuedAt: '2026-11-02T09:00:00Z',
  expiresAt: '2026-12-02T09:00:00Z',
  usedAt: null,
  usedByName: null,
  revokedAt: null,
  hasParentalResponsibility: true,
  isPrimaryContact: false,
  ...fields,
});
const all = [
  letter('1', {}),
  letter('2', { childName: 'Siôn Price', className: '1 Acorn', issuedAt: '2026-11-05T09:00:00Z', expiresAt: '2026-12-05T09:00:00Z' }),
  letter('3', { state: 'used', usedAt: '2026-11-06T09:00:00Z', usedByName: 'Nia Parry' }),
  letter('4', { state: 'expired', childName: null, className: null }),
  letter('5', { state: 'revoked', revokedAt: '2026-11-07T09:00:00Z' }),
];
const usual: LetterView = { find: '', show: 'all', className: null, sort: 'issued', direction: 'descending' };
const ids = (view: Partial<LetterView>) => viewLetters(all, { ...usual, ...view }).map(({ id }) => id);

describe('the list of letters', () => {
  it('shows what is open, used or over, and leaves nothing out of all', () => {
    expect(ids({ show: 'open' })).toEqual(['2', '1']);
    expect(ids({ show: 'used' })).toEqual(['3']);
    expect(ids({ show: 'over' })).toEqual(['5', '4']);
    expect(ids({})).toHaveLength(all.length);
  });

  it('finds by child, class and who has joined, whatever the accents', () => {
    expect(ids({ find: 'sion' })).toEqual(['2']);
    expect(ids({ find: 'parry maya' })).toEqual(['3']);
    expect(ids({ find: 'acorn' })).toEqual(['2']);
    expect(ids({ find: 'nobody' })).toEqual([]);
    expect(ids({ className: '1 Acorn' })).toEqual(['2']);
  });

  it('sorts each way, and by what comes first to do', () => {
    expect(ids({ sort: 'child', direction: 'ascending' }).at(-1)).toBe('2');
    expect(ids({ sort: 'state', direction: 'ascending' })).toEqual(['1', '2', '3', '4', '5']);
    expect(ids({ sort: 'issued', direction: 'ascending' }).at(-1)).toBe('2');
  });

  it('tells the day that matters', () => {
    expect(all.map(dayOf)).toEqual([
      '2026-12-02T09:00:00Z',
      '2026-12-05T09:00:00Z',
      '2026-11-06T09:00:00Z',
      '2026-12-02T09:00:00Z',
      '2026-11-07T09:00:00Z',
    ]);
  });
});

describe('the address of the list', () => {
  it('restores a view, and says nothing of the usual one', () => {
    const view = {
      tab: 'families',
      find: 'maya',
      show: 'over',
      classId: 'willow',
      isAloneOnly: true,
      familySort: 'adults',
      sort: 'child',
      direction: 'descending',
    } as const;
    expect(readAddress(new URLSearchParams(writeAddress(view)))).toEqual(view);
    expect(writeAddress(readAddress(new URLSearchParams()))).toBe('');
  });

  it('leaves what it does not understand at the usual', () => {
    const usualAddress = readAddress(new URLSearchParams());
    expect(readAddress(new URLSearchParams('tab=x&show=x&sort=x&direction=x'))).toEqual(usualAddress);
  });
});
