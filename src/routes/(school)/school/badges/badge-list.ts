import type { ManagedBadge } from '$lib/badges/badges-api.ts';
import { compareWords, holdsWords } from '$lib/messages/locale.ts';
import { readSorted, signOf, writeSorted, type Sorted, type Sorting } from '$lib/ui/sorting.ts';
import { teacherBadgeWords, type TeacherBadgeWords } from '$lib/ui/badges/teacher-badge-words.ts';

export type BadgeColumn = 'name' | 'children';
export const badgeFilters = ['in_use', 'out_of_use', 'all'] as const;
export type BadgeFilter = (typeof badgeFilters)[number];

export const badgeSorting: Sorting<BadgeColumn> = {
  firstDirection: { name: 'ascending', children: 'descending' },
  usual: 'name',
  name: 'sort',
};

export interface BadgeView extends Sorted<BadgeColumn> {
  readonly find: string;
  readonly filter: BadgeFilter;
}

/** A badge as the list shows it. */
export interface BadgeLine extends Omit<ManagedBadge, 'name' | 'picture' | 'sentence'>, TeacherBadgeWords {
  /** What the badge shows, by its name in the code. */
  readonly motif: string;
}

export function badgeLines(badges: readonly ManagedBadge[]): BadgeLine[] {
  return badges.map((badge) => {
    const { id, code, isActive, children, picture } = badge;
    return { id, code, isActive, children, motif: picture, ...teacherBadgeWords(badge) };
  });
}

/** What the view lets through, in its order; of equal ones the name decides. */
export function viewBadges(lines: readonly BadgeLine[], { find, filter, sort, direction }: BadgeView): BadgeLine[] {
  const byName = (one: BadgeLine, other: BadgeLine) => compareWords(one.name, other.name) || one.id.localeCompare(other.id);
  const compare: Record<BadgeColumn, typeof byName> = { name: byName, children: (one, other) => one.children - other.children };
  return lines
    .filter(({ isActive }) => filter === 'all' || isActive === (filter === 'in_use'))
    .filter(({ name, words }) => holdsWords(find, [name, words]))
    .sort((one, other) => signOf(direction) * compare[sort](one, other) || byName(one, other));
}

/** Reads the view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): BadgeView {
  return {
    find: parameters.get('find') ?? '',
    filter: badgeFilters.find((one) => one === parameters.get('show')) ?? 'in_use',
    ...readSorted(parameters, badgeSorting),
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ find, filter, ...sorted }: BadgeView): string {
  const parameters = new URLSearchParams();
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (filter !== 'in_use') parameters.set('show', filter);
  writeSorted(parameters, sorted, badgeSorting);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
