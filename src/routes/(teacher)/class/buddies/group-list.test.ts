import { describe, expect, it } from 'vitest';
import type { ClassGroup } from '$lib/buddies/groups-api.ts';
import { aChild } from '$lib/records/testing.ts';
import { groupLines, groupSorts, readGroupView, viewGroups, writeAddress, type GroupSort } from './group-list.ts';

const names = new Map([
  ['maya', 'Maya Rahman'],
  ['leo', 'Léo Blanc'],
  ['ana', 'Ana Ferris'],
]);
const nameOf = (id: string) => names.get(id) ?? 'A child who has left the class';
const group = (name: string, members: ClassGroup['members']): ClassGroup => ({
  id: name,
  name,
  marbles: name.length,
  cheers: [],
  members,
});
const groups = [
  group('Otters', [
    { studentId: 'maya', state: 'joined' },
    { studentId: 'ana', state: 'invited' },
  ]),
  group('Robins', [
    { studentId: 'leo', state: 'hidden' },
    { studentId: 'gone', state: 'joined' },
  ]),
];

describe('the buddy groups of a class', () => {
  it('are found by their own name and by a child’s, and without words all of them', () => {
    const found = (find: string) => viewGroups(groups, nameOf, { find, sort: 'formed' }).map(({ name }) => name);
    expect(found('')).toEqual(['Otters', 'Robins']);
    expect([found('robin'), found('leo'), found('maya otters'), found('maya robins')]).toEqual([['Robins'], ['Robins'], ['Otters'], []]);
  });

  it('stand as they were formed, by name, or the fullest jar first; the address restores it', () => {
    const formed = [...groups, group('Bees', [])].toReversed();
    const sorted = (sort: GroupSort) => viewGroups(formed, nameOf, { find: '', sort }).map(({ name }) => name);
    expect(sorted('formed')).toEqual(['Bees', 'Robins', 'Otters']);
    expect(sorted('name')).toEqual(['Bees', 'Otters', 'Robins']);
    expect(sorted('marbles')).toEqual(['Robins', 'Otters', 'Bees']);
    for (const sort of groupSorts) {
      const view = { find: 'maya', sort };
      expect(readGroupView(new URLSearchParams(writeAddress('01890000-0000-7000-8000-000000000001', view)))).toEqual(view);
    }
    expect(writeAddress(null, readGroupView(new URLSearchParams('sort=age')))).toBe('');
  });

  it('are saved a line a child, with whoever is in none, and nobody twice', () => {
    const children = [
      { ...aChild(9001, { displayName: 'Ana Ferris' }), obstacle: 'in_a_group' as const },
      { ...aChild(9002, { displayName: 'Bo Nkemi' }), obstacle: null },
      { ...aChild(9003, { displayName: 'Cai Rees' }), obstacle: 'no_consent' as const },
    ];
    expect(groupLines(groups, children, nameOf)).toEqual([
      ['Otters', 'Ana Ferris', 'asked'],
      ['Otters', 'Maya Rahman', 'in the group'],
      ['Robins', 'A child who has left the class', 'in the group'],
      ['Robins', 'Léo Blanc', 'family does not agree now'],
      ['', 'Bo Nkemi', 'In no group'],
      ['', 'Cai Rees', 'Family has not agreed'],
    ]);
  });
});
