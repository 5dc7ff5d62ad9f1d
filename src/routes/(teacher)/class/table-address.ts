import { columns, firstDirection, type Column, type TableView } from './class-table.ts';

export interface TableAddress extends TableView {
  readonly classId: string | null;
  /** The child whose panel is open. */
  readonly childId: string | null;
  /** Homework on paper is being logged: for that child, or for whom is still to be said. */
  readonly isOnPaper: boolean;
}

const isColumn = (text: string | null): text is Column => columns.some((column) => column === text);

/** Reads the table's view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): TableAddress {
  const given = parameters.get('sort');
  const sort = isColumn(given) ? given : 'name';
  const direction = parameters.get('direction');
  return {
    classId: parameters.get('class'),
    childId: parameters.get('child'),
    isOnPaper: parameters.has('paper'),
    find: parameters.get('find') ?? '',
    sort,
    direction: direction === 'ascending' || direction === 'descending' ? direction : firstDirection[sort],
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ classId, childId, find, sort, direction, isOnPaper }: TableAddress): string {
  const parameters = new URLSearchParams();
  if (classId !== null) parameters.set('class', classId);
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (sort !== 'name') parameters.set('sort', sort);
  if (direction !== firstDirection[sort]) parameters.set('direction', direction);
  if (childId !== null) parameters.set('child', childId);
  if (isOnPaper) parameters.set('paper', '');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
