import type { ClassGroup } from '$lib/buddies/groups-api.ts';
import { m } from '$lib/messages/generated/messages.js';
import { compareWords, holdsWords } from '$lib/messages/locale.ts';
import type { Child } from '$lib/records/children.ts';

/** A child of the class, and what stands in the way of a group for it; null: nothing. */
export interface GroupableChild extends Pick<Child, 'displayName'> {
  readonly obstacle: 'no_consent' | 'in_a_group' | null;
}

/** As they were formed, which is how the school tells them; by name; or the fullest jars first. */
export const groupSorts = ['formed', 'name', 'marbles'] as const;
export type GroupSort = (typeof groupSorts)[number];

export interface GroupView {
  /** Words of a group's own name or of that of a child in it; all must be found. */
  readonly find: string;
  readonly sort: GroupSort;
}

export function viewGroups(groups: readonly ClassGroup[], nameOf: (studentId: string) => string, { find, sort }: GroupView): ClassGroup[] {
  return groups
    .filter(({ name, members }) => holdsWords(find, [name, ...members.map(({ studentId }) => nameOf(studentId))]))
    .toSorted(orders[sort]);
}

const orders: Record<GroupSort, (one: ClassGroup, other: ClassGroup) => number> = {
  formed: () => 0,
  name: (one, other) => compareWords(one.name, other.name),
  marbles: (one, other) => other.marbles - one.marbles,
};

/** Reads the view of the groups from the page's address; what it does not understand it leaves at the usual. */
export function readGroupView(parameters: URLSearchParams): GroupView {
  return {
    find: parameters.get('find') ?? '',
    sort: groupSorts.find((one) => one === parameters.get('sort')) ?? 'formed',
  };
}

/** The address that restores class and view; the usual is left out. */
export function writeAddress(classId: string | null, { find, sort }: GroupView): string {
  const parameters = new URLSearchParams();
  if (classId !== null) parameters.set('class', classId);
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (sort !== 'formed') parameters.set('sort', sort);
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
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
