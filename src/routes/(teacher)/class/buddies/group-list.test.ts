import { describe, expect, it } from 'vitest';
import type { ClassGroup } from '$lib/buddies/groups-api.ts';
import { aChild } from '$lib/records/testing.ts';
import { findGroups, groupLines } from './group-list.ts';

const names = new Map([
  ['maya', 'Maya Rahman'],
  ['leo', 'Léo Blanc'],
  ['ana', 'Ana Ferris'],
]);
const nameOf = (id: string) => names.get(id) ?? 'A child who has left the class';
const group = (name: string, members: ClassGroup['members']): ClassGroup => ({ id: name, name, marbles: 0, cheers: [], members });
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
    const found = (find: string) => findGroups(groups, nameOf, find).map(({ name }) => name);
    expect(found('')).toEqual(['Otters', 'Robins']);
    expect([found('robin'), found('leo'), found('maya otters'), found('maya robins')]).toEqual([['Robins'], ['Robins'], ['Otters'], []]);
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
