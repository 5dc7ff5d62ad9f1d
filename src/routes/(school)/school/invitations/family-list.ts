import type { Family } from '$lib/joining/invitations-api.ts';
import { relationshipWords } from '$lib/joining/relationship-words.ts';
import { m } from '$lib/messages/generated/messages.js';
import { holdsWords } from '$lib/messages/locale.ts';

/** By name, which is how the school tells them, or those first to whom the fewest adults belong. */
export const familySorts = ['name', 'adults'] as const;
export type FamilySort = (typeof familySorts)[number];

interface FamilyView {
  /** Words of the child's name or of an adult's. */
  readonly find: string;
  readonly isAloneOnly: boolean;
  readonly familySort: FamilySort;
}

export function viewFamilies(families: readonly Family[], { find, isAloneOnly, familySort }: FamilyView): Family[] {
  const found = families.filter(
    ({ name, guardians }) =>
      !(isAloneOnly && guardians.length > 0) && holdsWords(find, [name, ...guardians.map((guardian) => guardian.name ?? '')]),
  );
  return familySort === 'name' ? found : found.toSorted((one, other) => one.guardians.length - other.guardians.length);
}

/** A line for each child and adult, and for a child without one, with their head, for a spreadsheet. */
export function familyTable(families: readonly Family[], className: string): (string | number)[][] {
  const yesNo = (is: boolean) => (is ? m.letters_yes() : m.letters_no());
  const head = [
    m.letters_child(),
    m.school_class(),
    m.families_csv_adult(),
    m.families_csv_relationship(),
    m.letters_responsibility(),
    m.letters_primary(),
    m.families_csv_letters(),
  ];
  return [
    head,
    ...families.flatMap(({ name, guardians, openLetters }) =>
      guardians.length === 0
        ? [[name, className, '', '', '', '', openLetters]]
        : guardians.map((guardian) => [
            name,
            className,
            guardian.name ?? m.letters_gone(),
            relationshipWords(guardian.relationship),
            yesNo(guardian.hasParentalResponsibility),
            yesNo(guardian.isPrimaryContact),
            openLetters,
          ]),
    ),
  ];
}
