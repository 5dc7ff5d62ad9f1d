export type Direction = 'ascending' | 'descending';

/** By which column a list stands, and which way round. */
export interface Sorted<Column> {
  readonly sort: Column;
  readonly direction: Direction;
}

/** The columns that a list can be sorted by. */
export interface Sorting<Column extends string> {
  /** Each column with the way round that says most when it is first sorted by. */
  readonly firstDirection: Readonly<Record<Column, Direction>>;
  readonly usual: Column;
  /** What the address calls it: two lists of one screen have two names. */
  readonly name: string;
}

/** How the list stands once the head of a column was pressed: that column, or the other way round. */
export function pressHead<Column extends string>(now: Sorted<Column>, sort: Column, { firstDirection }: Sorting<Column>): Sorted<Column> {
  const turned = now.direction === 'ascending' ? 'descending' : 'ascending';
  return { sort, direction: sort === now.sort ? turned : firstDirection[sort] };
}

/** Reads how a list stands from the page's address; what it does not understand it leaves at the usual. */
export function readSorted<Column extends string>(parameters: URLSearchParams, sorting: Sorting<Column>): Sorted<Column> {
  const { firstDirection, usual, name } = sorting;
  const asked = parameters.get(name);
  const isColumn = (text: string | null): text is Column => text !== null && Object.hasOwn(firstDirection, text);
  const sort = isColumn(asked) ? asked : usual;
  const direction = parameters.get(directionName(name));
  return { sort, direction: direction === 'ascending' || direction === 'descending' ? direction : firstDirection[sort] };
}

/** Adds to the address what restores it; the usual is left out. */
export function writeSorted<Column extends string>(
  parameters: URLSearchParams,
  { sort, direction }: Sorted<Column>,
  { firstDirection, usual, name }: Sorting<Column>,
): void {
  if (sort !== usual) parameters.set(name, sort);
  if (direction !== firstDirection[sort]) parameters.set(directionName(name), direction);
}

/** For `toSorted`: 1 or −1. */
export function signOf(direction: Direction): 1 | -1 {
  return direction === 'ascending' ? 1 : -1;
}

function directionName(name: string): string {
  return name === 'sort' ? 'direction' : `${name}-direction`;
}
