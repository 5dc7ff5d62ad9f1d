import { describe, expect, it } from 'vitest';
import { idOf } from '$lib/records/testing.ts';
import { badgeLines, readAddress, viewBadges, writeAddress, type BadgeView } from './badge-list.ts';

const badge = (number: number, name: string, children: number, isActive = true) => ({
  ...{ id: idOf(number), code: null, name, sentence: 'You helped.', picture: 'heart', isActive, children },
});
const lines = badgeLines([
  badge(1, 'Zebra', 3),
  badge(2, 'Éclair', 3),
  badge(3, 'Harvest', 9, false),
  { ...badge(4, 'From the server', 1), code: 'teachers_spark' },
]);
const usual: BadgeView = { find: '', filter: 'in_use', sort: 'name', direction: 'ascending' };
const names = (view: Partial<BadgeView>) => viewBadges(lines, { ...usual, ...view }).map(({ name }) => name);

describe('the list of badges', () => {
  it('shows those in use by name, a built-in one under its own', () => {
    expect(names({})).toEqual(['Éclair', 'Teacher’s Spark', 'Zebra']);
  });

  it('shows those out of use alone, or all', () => {
    expect(names({ filter: 'out_of_use' })).toEqual(['Harvest']);
    expect(names({ filter: 'all' })).toHaveLength(4);
  });

  it('finds words of the name and of the sentence, with or without their accents', () => {
    expect(names({ find: 'eclair' })).toEqual(['Éclair']);
    expect(names({ find: 'something special' })).toEqual(['Teacher’s Spark']);
    expect(names({ find: 'harvest' })).toEqual([]);
  });

  it('is sorted by how many children have them, those of one number by name', () => {
    expect(names({ filter: 'all', sort: 'children', direction: 'descending' })).toEqual(['Harvest', 'Éclair', 'Zebra', 'Teacher’s Spark']);
  });

  it('is restored by its address, and an address that says nonsense shows the usual', () => {
    const view: BadgeView = { find: 'kind', filter: 'all', sort: 'children', direction: 'ascending' };
    expect(readAddress(new URLSearchParams(writeAddress(view)))).toEqual(view);
    expect(writeAddress(usual)).toBe('');
    expect(readAddress(new URLSearchParams('sort=x&show=y&direction=z'))).toEqual(usual);
  });
});
