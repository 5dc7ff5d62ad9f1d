import { dateInZone, type IsoDate } from '#domain/calendar/dates.ts';
import { m } from '$lib/messages/generated/messages.js';
import { holdsWords } from '$lib/messages/locale.ts';
import { byName, type Child } from '$lib/records/children.ts';
import { readSorted, signOf, writeSorted, type Sorted, type Sorting } from '$lib/ui/sorting.ts';

export type CardColumn = 'name' | 'since';
export const cardFilters = ['all', 'without', 'with'] as const;
export type CardFilter = (typeof cardFilters)[number];

export const cardSorting: Sorting<CardColumn> = {
  // Whoever has none comes first, then the oldest card.
  firstDirection: { name: 'ascending', since: 'ascending' },
  usual: 'name',
  name: 'sort',
};

export interface CardView extends Sorted<CardColumn> {
  readonly find: string;
  readonly show: CardFilter;
}

export interface CardsAddress extends CardView {
  readonly classId: string | null;
}

/** A child, and since when the card that they have is theirs. */
export interface CardLine {
  readonly child: Child;
  readonly since: IsoDate | null;
}

/** @param issuedAt instants by child */
export function cardLines(children: readonly Child[], issuedAt: ReadonlyMap<string, string>, timeZone: string): CardLine[] {
  return children.map((child) => {
    const instant = issuedAt.get(child.studentId);
    return { child, since: instant === undefined ? null : dateInZone(new Date(instant), timeZone) };
  });
}

/** What the view lets through, in its order; of equal ones the name decides. */
export function viewCards(lines: readonly CardLine[], { find, show, sort, direction }: CardView): CardLine[] {
  const compare: Record<CardColumn, (one: CardLine, other: CardLine) => number> = {
    name: (one, other) => byName(one.child, other.child),
    since: (one, other) => (one.since ?? '').localeCompare(other.since ?? ''),
  };
  return lines
    .filter(({ since }) => show === 'all' || (since === null) === (show === 'without'))
    .filter(({ child }) => holdsWords(find, [child.displayName]))
    .sort((one, other) => signOf(direction) * compare[sort](one, other) || byName(one.child, other.child));
}

/** Who has a card since when, with its head, for a spreadsheet. Nothing of what is on a card. */
export function cardTable(lines: readonly CardLine[], className: string): string[][] {
  return [
    [m.class_child(), m.class_title(), m.cards_since_head()],
    ...lines.map(({ child, since }) => [child.displayName, className, since ?? m.cards_none()]),
  ];
}

/** Reads the view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): CardsAddress {
  return {
    classId: parameters.get('class'),
    find: parameters.get('find') ?? '',
    show: cardFilters.find((one) => one === parameters.get('show')) ?? 'all',
    ...readSorted(parameters, cardSorting),
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ classId, find, show, ...sorted }: CardsAddress): string {
  const parameters = new URLSearchParams();
  if (classId !== null) parameters.set('class', classId);
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (show !== 'all') parameters.set('show', show);
  writeSorted(parameters, sorted, cardSorting);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
