import type { ManagedBadge } from '$lib/badges/badges-api.ts';
import { compareWords, holdsWords } from '$lib/messages/locale.ts';
import { teacherBadgeWords, type TeacherBadgeWords } from '$lib/ui/badges/teacher-badge-words.ts';

export const columns = ['name', 'children'] as const;
export type Column = (typeof columns)[number];
export const badgeFilters = ['in_use', 'out_of_use', 'all'] as const;
export type BadgeFilter = (typeof badgeFilters)[number];
export type Direction = 'ascending' | 'descending';

export interface BadgeView {
  readonly find: string;
  readonly filter: BadgeFilter;
  readonly sort: Column;
  readonly direction: Direction;
}

/** A badge as the list shows it. */
export interface BadgeLine extends Omit<ManagedBadge, 'name' | 'picture' | 'sentence'>, TeacherBadgeWords {
  /** What the badge shows, by its name in the code. */
  readonly motif: string;
}

/** Which way a column is sorted at first. */
export const firstDirection: Readonly<Record<Column, Direction>> = { name: 'ascending', children: 'descending' };

export function badgeLines(badges: readonly ManagedBadge[]): BadgeLine[] {
  return badges.map((badge) => {
    const { id, code, isActive, children, picture } = badge;
    return { id, code, isActive, children, motif: picture, ...teacherBadgeWords(badge) };
  });
}

/** What the view lets through, in its order; of equal ones the name decides. */
export function viewBadges(lines: readonly BadgeLine[], { find, filter, sort, direction }: BadgeView): BadgeLine[] {
  const sign = direction === 'ascending' ? 1 : -1;
  const byName = (one: BadgeLine, other: BadgeLine) => compareWords(one.name, other.name) || one.id.localeCompare(other.id);
  const compare: Record<Column, typeof byName> = { name: byName, children: (one, other) => one.children - other.children };
  return lines
    .filter(({ isActive }) => filter === 'all' || isActive === (filter === 'in_use'))
    .filter(({ name, words }) => holdsWords(find, [name, words]))
    .sort((one, other) => sign * compare[sort](one, other) || byName(one, other));
}

const isColumn = (text: string | null): text is Column => columns.some((column) => column === text);
const isFilter = (text: string | null): text is BadgeFilter => badgeFilters.some((filter) => filter === text);

/** Reads the view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): BadgeView {
  const [column, filter, direction] = [parameters.get('sort'), parameters.get('show'), parameters.get('direction')];
  const sort = isColumn(column) ? column : 'name';
  return {
    find: parameters.get('find') ?? '',
    filter: isFilter(filter) ? filter : 'in_use',
    sort,
    direction: direction === 'ascending' || direction === 'descending' ? direction : firstDirection[sort],
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ find, filter, sort, direction }: BadgeView): string {
  const parameters = new URLSearchParams();
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (filter !== 'in_use') parameters.set('show', filter);
  if (sort !== 'name') parameters.set('sort', sort);
  if (direction !== firstDirection[sort]) parameters.set('direction', direction);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
