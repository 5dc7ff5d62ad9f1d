import { readSorted, writeSorted, type Sorted } from '$lib/ui/sorting.ts';
import { classSorting, staffSorting, type ClassColumn, type SchoolSearch, type StaffColumn } from './school-lists.ts';

export interface SchoolAddress extends SchoolSearch {
  readonly classOrder: Sorted<ClassColumn>;
  readonly staffOrder: Sorted<StaffColumn>;
}

/** Reads how the school's lists stand from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): SchoolAddress {
  return {
    find: parameters.get('find') ?? '',
    year: parameters.get('year'),
    classOrder: readSorted(parameters, classSorting),
    staffOrder: readSorted(parameters, staffSorting),
  };
}

/** The address that restores them; the usual is left out. */
export function writeAddress({ find, year, classOrder, staffOrder }: SchoolAddress): string {
  const parameters = new URLSearchParams();
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (year !== null) parameters.set('year', year);
  writeSorted(parameters, classOrder, classSorting);
  writeSorted(parameters, staffOrder, staffSorting);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
