import type { DocumentOf } from '#domain/collections/index.ts';

type Person = DocumentOf<'people'>;
export type Child = Extract<Person, { kind: 'student' }>;
export type StaffMember = Extract<Person, { kind: 'staff' }>;
export type SchoolClass = DocumentOf<'classes'>;

export function isChild(person: Person): person is Child {
  return person.kind === 'student';
}

export function isStaff(person: Person): person is StaffMember {
  return person.kind === 'staff';
}

/** Children in the order of a register: by the name that is shown. */
export function byName(one: Pick<Child, 'displayName' | 'id'>, other: Pick<Child, 'displayName' | 'id'>): number {
  return one.displayName.localeCompare(other.displayName, 'en-GB') || one.id.localeCompare(other.id);
}

/** First names; with an initial, "Amara B", where two children of the list share one. */
export function shortNames(children: readonly Child[]): Map<string, string> {
  const counts = new Map<string, number>();
  for (const { firstName } of children) counts.set(firstName, (counts.get(firstName) ?? 0) + 1);
  return new Map(
    children.map((child) => {
      const initial = child.displayName.split(' ').at(-1)?.[0] ?? '';
      return [child.studentId, (counts.get(child.firstName) ?? 0) > 1 ? `${child.firstName} ${initial}` : child.firstName];
    }),
  );
}
