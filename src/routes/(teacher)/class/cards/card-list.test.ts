import { describe, expect, it } from 'vitest';
import { aChild, idOf } from '$lib/records/testing.ts';
import { cardLines, cardTable, readAddress, viewCards, writeAddress, type CardsAddress, type CardView } from './card-list.ts';
const [amara, sion, zed] = [
  aChild(1, { displayName: 'Amara Bello' }),
  aChild(2, { displayName: 'Siôn Parry' }),
  aChild(3, { displayName: 'Zed Young' }),
];
// A summer’s evening in London is the next day there.
const issuedAt = new Map([
  [idOf(1), '2026-06-30T23:30:00.000Z'],
  [idOf(3), '2026-06-02T08:00:00.000Z'],
]);
const lines = cardLines([zed, amara, sion], issuedAt, 'Europe/London');
const usual: CardView = { find: '', show: 'all', sort: 'name', direction: 'ascending' };
const names = (view: Partial<CardView> = {}) => viewCards(lines, { ...usual, ...view }).map(({ child }) => child.displayName);

describe('the list of sign-in cards', () => {
  it('shows every child by name, with the school’s day since when they have a card', () => {
    expect(viewCards(lines, usual).map(({ child, since }) => [child.displayName, since])).toEqual([
      ['Amara Bello', '2026-07-01'],
      ['Siôn Parry', null],
      ['Zed Young', '2026-06-02'],
    ]);
  });

  it('finds a child with or without accents, and those with or without a card', () => {
    expect(names({ find: 'sion' })).toEqual(['Siôn Parry']);
    expect(names({ show: 'with' })).toEqual(['Amara Bello', 'Zed Young']);
    expect(names({ show: 'without' })).toEqual(['Siôn Parry']);
    expect(names({ show: 'with', find: 'parry' })).toEqual([]);
  });

  it('is sorted by how long a child has had the card, those with none first', () => {
    expect(names({ sort: 'since' })).toEqual(['Siôn Parry', 'Zed Young', 'Amara Bello']);
    expect(names({ sort: 'since', direction: 'descending' })).toEqual(['Amara Bello', 'Zed Young', 'Siôn Parry']);
  });

  it('is saved with names, classes and days, and with nothing that opens anything', () => {
    expect(cardTable(viewCards(lines, { ...usual, find: 'zed' }), '4 Willow')).toEqual([
      ['Child', 'Class', 'Card since'],
      ['Zed Young', '4 Willow', '2026-06-02'],
    ]);
  });

  it('is restored by its address, and an address that says nonsense shows the usual', () => {
    const address: CardsAddress = { classId: idOf(6001), find: 'bello', show: 'without', sort: 'since', direction: 'descending' };
    expect(readAddress(new URLSearchParams(writeAddress(address)))).toEqual(address);
    expect(writeAddress(readAddress(new URLSearchParams('show=x&sort=y&direction=z')))).toBe('');
  });
});
