import type { ClassGroup } from '$lib/buddies/groups-api.ts';
import { m } from '$lib/messages/generated/messages.js';
import { compareWords, holdsWords } from '$lib/messages/locale.ts';
import type { Child } from '$lib/records/children.ts';

/** A child of the class, and what stands in the way of a group for it; null: nothing. */
export interface GroupableChild extends Pick<Child, 'displayName'> {
  readonly obstacle: 'no_consent' | 'in_a_group' | null;
}

/** The groups whose own name or that of a child in them holds every word of `find`. */
export function findGroups(groups: readonly ClassGroup[], nameOf: (studentId: string) => string, find: string): ClassGroup[] {
  return groups.filter(({ name, members }) => holdsWords(find, [name, ...members.map(({ studentId }) => nameOf(studentId))]));
}

const stateWords = { joined: m.groups_joined, invited: m.groups_invited, hidden: m.groups_hidden };

/** A line a child: of the groups first, then whoever of the class is in none. */
export function groupLines(
  groups: readonly ClassGroup[],
  children: readonly GroupableChild[],
  nameOf: (studentId: string) => string,
): string[][] {
  const inGroups = groups.flatMap(({ name, members }) =>
    members
      .map(({ studentId, state }) => [name, nameOf(studentId), stateWords[state]()])
      .sort(([, one = ''], [, other = '']) => compareWords(one, other)),
  );
  const inNone = children
    .filter(({ obstacle }) => obstacle !== 'in_a_group')
    .map(({ displayName, obstacle }) => ['', displayName, obstacle === null ? m.groups_left_out() : m.groups_no_consent()]);
  return [...inGroups, ...inNone];
}
