import type { IsoDate } from '#domain/calendar/dates.ts';
import { m } from '$lib/messages/generated/messages.js';
import { compareWords, holdsWords } from '$lib/messages/locale.ts';
import type { SchoolClass, StaffMember } from '$lib/records/children.ts';
import { signOf, type Sorted, type Sorting } from '$lib/ui/sorting.ts';

export interface ClassLine {
  readonly schoolClass: SchoolClass;
  /** Names of the staff, the lead first. */
  readonly staff: readonly string[];
}

export interface StaffLine {
  readonly member: StaffMember;
  readonly classes: readonly { readonly name: string; readonly isLead: boolean; readonly yearGroups: readonly string[] }[];
}

export type ClassColumn = 'name' | 'years' | 'target' | 'staff';
export type StaffColumn = 'name' | 'classes';

export const classSorting: Sorting<ClassColumn> = {
  firstDirection: { name: 'ascending', years: 'ascending', target: 'descending', staff: 'ascending' },
  usual: 'name',
  name: 'sort',
};
export const staffSorting: Sorting<StaffColumn> = {
  firstDirection: { name: 'ascending', classes: 'ascending' },
  usual: 'name',
  name: 'staff',
};

/** What both lists are looked through for. */
export interface SchoolSearch {
  readonly find: string;
  /** Null: all of them. */
  readonly year: string | null;
}

export function classLines(classes: readonly SchoolClass[], staffById: ReadonlyMap<string, StaffMember>): ClassLine[] {
  return classes.map((schoolClass) => ({ schoolClass, staff: schoolClass.staff.flatMap((id) => staffById.get(id)?.displayName ?? []) }));
}

export function staffLines(staff: readonly StaffMember[], classes: readonly SchoolClass[]): StaffLine[] {
  return staff.map((member) => ({
    member,
    classes: classes
      .filter((one) => one.staff.includes(member.userId))
      .map((one) => ({ name: one.name, isLead: one.staff[0] === member.userId, yearGroups: one.yearGroups })),
  }));
}

/** The years that there are classes for, youngest first. */
export function yearsOf(classes: readonly SchoolClass[]): string[] {
  return [...new Set(classes.flatMap(({ yearGroups }) => yearGroups))].sort((one, other) => ageOf(one) - ageOf(other));
}

export function yearName(year: string): string {
  return year === 'R' ? m.year_reception() : m.year_number({ year });
}

/** What the view lets through, in its order; of equal ones the name decides. */
export function viewClasses(
  lines: readonly ClassLine[],
  { find, year }: SchoolSearch,
  { sort, direction }: Sorted<ClassColumn>,
): ClassLine[] {
  const compare: Record<ClassColumn, (one: ClassLine, other: ClassLine) => number> = {
    name: byClassName,
    years: (one, other) => youngestOf(one) - youngestOf(other),
    target: (one, other) => one.schoolClass.weeklyTarget - other.schoolClass.weeklyTarget,
    // A class with nobody comes first: it is the one to see to.
    staff: (one, other) => bySurname(one.staff[0] ?? '', other.staff[0] ?? ''),
  };
  return lines
    .filter(
      ({ schoolClass: { name, yearGroups }, staff }) =>
        isOfYear(yearGroups, year) && holdsWords(find, [name, ...yearGroups.map(yearName), ...staff]),
    )
    .sort((one, other) => signOf(direction) * compare[sort](one, other) || byClassName(one, other));
}

/** What the view lets through, in its order; of equal ones the name decides. */
export function viewStaff(
  lines: readonly StaffLine[],
  { find, year }: SchoolSearch,
  { sort, direction }: Sorted<StaffColumn>,
): StaffLine[] {
  const byName = (one: StaffLine, other: StaffLine) => bySurname(one.member.displayName, other.member.displayName);
  const compare: Record<StaffColumn, typeof byName> = {
    name: byName,
    classes: (one, other) => compareWords(one.classes[0]?.name ?? '', other.classes[0]?.name ?? ''),
  };
  return lines
    .filter(({ classes }) => year === null || classes.some(({ yearGroups }) => isOfYear(yearGroups, year)))
    .filter(({ member, classes }) => holdsWords(find, [member.displayName, ...classes.map(({ name }) => name)]))
    .sort((one, other) => signOf(direction) * compare[sort](one, other) || byName(one, other));
}

/** The entries of the calendar that are not over yet. */
export function toCome<Entry extends { readonly until: IsoDate }>(calendar: readonly Entry[], today: IsoDate): Entry[] {
  return calendar.filter((entry) => entry.until >= today);
}

function isOfYear(yearGroups: readonly string[], year: string | null): boolean {
  return year === null || yearGroups.includes(year);
}

/** Reception comes before Year 1. */
function ageOf(year: string): number {
  return year === 'R' ? 0 : Number(year);
}

function youngestOf({ schoolClass }: ClassLine): number {
  return Math.min(...schoolClass.yearGroups.map(ageOf));
}

function byClassName(one: ClassLine, other: ClassLine): number {
  return compareWords(one.schoolClass.name, other.schoolClass.name) || one.schoolClass.id.localeCompare(other.schoolClass.id);
}

/** "Ms Amara Okafor" stands under O. */
function bySurname(one: string, other: string): number {
  return compareWords(surnameOf(one), surnameOf(other)) || compareWords(one, other);
}

function surnameOf(name: string): string {
  return name.trim().split(/\s+/).at(-1) ?? '';
}
