import { expect, it } from 'vitest';
import { groupsOf, isGroupSize, nameIdeas, propose } from './group-draft.ts';

const children = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
/** Always the same: everybody stays in order. */
const inOrder = () => 0;

it('ideas for names leave out those that are taken, and are never twice the same', () => {
  const ideas = nameIdeas(['Otters', 'Owls'], Math.random);
  expect(ideas).not.toContain('Otters');
  expect(ideas).not.toContain('Owls');
  expect(ideas).toContain('Foxes');
  expect(new Set(ideas).size).toBe(ideas.length);
});

it('a proposal places every child in a group with a name of its own', () => {
  const proposal = propose(children, ['Otters'], inOrder);
  expect(groupsOf(proposal)).toEqual([
    { name: 'Foxes', studentIds: ['a', 'b', 'c', 'd'] },
    { name: 'Hedgehogs', studentIds: ['e', 'f', 'g'] },
  ]);
});

it('a child who is moved is in the other group, and a group that is left by all is none', () => {
  const { names, groupByStudent } = propose(children, [], inOrder);
  const moved = new Map(groupByStudent).set('a', 1);
  expect(groupsOf({ names, groupByStudent: moved }).map(({ studentIds }) => studentIds)).toEqual([
    ['b', 'c', 'd'],
    ['a', 'e', 'f', 'g'],
  ]);
  const left = new Map(groupByStudent).set('e', null).set('f', null).set('g', null);
  expect(groupsOf({ names, groupByStudent: left })).toHaveLength(1);
});

it('one who cannot be placed is in no group', () => {
  const { groupByStudent } = propose(children.slice(0, 5), [], inOrder);
  expect(groupByStudent.get('e')).toBeNull();
});

it('there are more groups than ideas for names in no class, and they have a number where there are', () => {
  const many = Array.from({ length: 60 }, (_, number) => String(number));
  expect(propose(many, [], inOrder).names.every((name) => name !== '')).toBe(true);
});

it('three or four, and nothing else', () => {
  expect([2, 3, 4, 5].map(isGroupSize)).toEqual([false, true, true, false]);
});
