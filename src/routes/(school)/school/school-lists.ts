import type { IsoDate } from '#domain/calendar/dates.ts';
import type { SchoolClass, StaffMember } from '$lib/records/children.ts';

export interface ClassLine {
  readonly schoolClass: SchoolClass;
  /** Names of the staff, the lead first. */
  readonly staff: readonly string[];
}

export interface StaffLine {
  readonly member: StaffMember;
  readonly classes: readonly { readonly name: string; readonly isLead: boolean }[];
}

export function classLines(classes: readonly SchoolClass[], staffById: ReadonlyMap<string, StaffMember>): ClassLine[] {
  return classes.map((schoolClass) => ({ schoolClass, staff: schoolClass.staff.flatMap((id) => staffById.get(id)?.displayName ?? []) }));
}

export function staffLines(staff: readonly StaffMember[], classes: readonly SchoolClass[]): StaffLine[] {
  return staff.map((member) => ({
    member,
    classes: classes
      .filter((one) => one.staff.includes(member.userId))
      .map((one) => ({ name: one.name, isLead: one.staff[0] === member.userId })),
  }));
}

/** The entries of the calendar that are not over yet. */
export function toCome<Entry extends { readonly until: IsoDate }>(calendar: readonly Entry[], today: IsoDate): Entry[] {
  return calendar.filter((entry) => entry.until >= today);
}
