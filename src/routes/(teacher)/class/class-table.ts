import { addDays, mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import type { StreakWeek } from '#domain/streaks/streak.ts';
import { holdsWords } from '$lib/messages/locale.ts';
import { byName, type Child } from '$lib/records/children.ts';
import type { ChildStreak } from '$lib/records/child-streak.ts';
import type { Piece } from '$lib/records/pieces.ts';
import { signOf, type Sorted, type Sorting } from '$lib/ui/sorting.ts';
import { endingWeeks } from '$lib/ui/week-words.ts';

export type TableColumn = 'name' | 'run' | 'longest' | 'waiting' | 'last';

export const tableSorting: Sorting<TableColumn> = {
  firstDirection: { name: 'ascending', run: 'descending', longest: 'descending', waiting: 'descending', last: 'ascending' },
  usual: 'name',
  name: 'sort',
};

export interface TableView extends Sorted<TableColumn> {
  readonly find: string;
}

export interface ClassRow {
  readonly child: Child;
  /** Days. */
  readonly run: number;
  readonly longest: number;
  /** Pieces that no teacher has marked yet. */
  readonly waiting: number;
  /** The last day with homework. */
  readonly last: IsoDate | null;
  /** One a column of the table; null where the child was not at the school yet. */
  readonly weeks: readonly (StreakWeek | null)[];
  /** Mondays of the weeks that ended a run; a missed week after no run at all ended nothing. */
  readonly ends: ReadonlySet<IsoDate>;
}

/** The Mondays of the last `count` weeks, this week included, oldest first. */
export function lastMondays(today: IsoDate, count: number): IsoDate[] {
  const thisMonday = mondayOf(today);
  return Array.from({ length: count }, (_, index) => addDays(thisMonday, (index - count + 1) * 7));
}

export function buildRow(child: Child, pieces: readonly Piece[], { judged }: ChildStreak, mondays: readonly IsoDate[]): ClassRow {
  const weeksByMonday = new Map(judged.weeks.map((week) => [week.monday, week]));
  let last: IsoDate | null = null;
  let waiting = 0;
  for (const piece of pieces) {
    if (piece.status === 'void') continue;
    if (last === null || piece.date > last) last = piece.date;
    if (piece.status === 'submitted' && !piece.isAnswered) waiting++;
  }
  return {
    child,
    run: judged.currentRun,
    longest: judged.longestRun,
    waiting,
    last,
    weeks: mondays.map((monday) => weeksByMonday.get(monday) ?? null),
    ends: endingWeeks(judged.weeks),
  };
}

export function viewRows(rows: readonly ClassRow[], view: TableView): ClassRow[] {
  return rows
    .filter(({ child }) => holdsWords(view.find, [child.displayName]))
    .sort((one, other) => signOf(view.direction) * compare[view.sort](one, other) || byName(one.child, other.child));
}

const compare: Record<TableColumn, (one: ClassRow, other: ClassRow) => number> = {
  name: (one, other) => byName(one.child, other.child),
  run: (one, other) => one.run - other.run,
  longest: (one, other) => one.longest - other.longest,
  waiting: (one, other) => one.waiting - other.waiting,
  // Without any homework yet comes before the longest ago.
  last: (one, other) => (one.last ?? '').localeCompare(other.last ?? ''),
};

/** The shade of a heat-map cell, 0 to 5: days done. */
export function heat(week: StreakWeek): number {
  return Math.min(week.have, 5);
}

/** The colours of a shade, from the design's one-hue scale: dark ink on the pale ones, pale ink on the dark. */
export function heatColours(shade: number): string {
  return `background: var(--heat-${shade}); color: var(--heat-ink-${shade > 3 ? 'high' : 'low'})`;
}
