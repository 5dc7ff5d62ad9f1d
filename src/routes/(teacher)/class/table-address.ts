import { readSorted, writeSorted } from '$lib/ui/sorting.ts';
import { tableSorting, type TableView } from './class-table.ts';

export interface TableAddress extends TableView {
  readonly classId: string | null;
  /** The child whose panel is open. */
  readonly childId: string | null;
  /** Homework on paper is being logged: for that child, or for whom is still to be said. */
  readonly isOnPaper: boolean;
}

/** Reads the table's view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): TableAddress {
  return {
    classId: parameters.get('class'),
    childId: parameters.get('child'),
    isOnPaper: parameters.has('paper'),
    find: parameters.get('find') ?? '',
    ...readSorted(parameters, tableSorting),
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ classId, childId, find, isOnPaper, ...sorted }: TableAddress): string {
  const parameters = new URLSearchParams();
  if (classId !== null) parameters.set('class', classId);
  if (find.trim() !== '') parameters.set('find', find.trim());
  writeSorted(parameters, sorted, tableSorting);
  if (childId !== null) parameters.set('child', childId);
  if (isOnPaper) parameters.set('paper', '');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
