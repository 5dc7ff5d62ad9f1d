import { readSorted, writeSorted } from '$lib/ui/sorting.ts';
import { familySorts, type FamilySort } from './family-list.ts';
import { letterFilters, letterSorting, type LetterView } from './letter-list.ts';

/** The letters that were made, or the children of a class with the adults who belong to them. */
export const tabs = ['letters', 'families'] as const;
export type Tab = (typeof tabs)[number];

export interface LettersAddress extends Omit<LetterView, 'className'> {
  readonly tab: Tab;
  readonly classId: string | null;
  /** Of the children, only those to whom no adult belongs. */
  readonly isAloneOnly: boolean;
  readonly familySort: FamilySort;
}

/** Reads the view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): LettersAddress {
  return {
    tab: tabs.find((one) => one === parameters.get('tab')) ?? 'letters',
    find: parameters.get('find') ?? '',
    show: letterFilters.find((one) => one === parameters.get('show')) ?? 'open',
    classId: parameters.get('class'),
    isAloneOnly: parameters.has('alone'),
    familySort: familySorts.find((one) => one === parameters.get('order')) ?? 'name',
    ...readSorted(parameters, letterSorting),
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ tab, find, show, classId, isAloneOnly, familySort, ...sorted }: LettersAddress): string {
  const parameters = new URLSearchParams();
  if (tab !== 'letters') parameters.set('tab', tab);
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (show !== 'open') parameters.set('show', show);
  if (classId !== null) parameters.set('class', classId);
  if (isAloneOnly) parameters.set('alone', '');
  if (familySort !== 'name') parameters.set('order', familySort);
  writeSorted(parameters, sorted, letterSorting);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
