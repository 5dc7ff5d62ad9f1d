import type { DocumentOf } from '#domain/collections/index.ts';
import { compareWords } from '$lib/messages/locale.ts';

type Person = DocumentOf<'people'>;
export type Child = Extract<Person, { kind: 'student' }>;
export type StaffMember = Extract<Person, { kind: 'staff' }>;
export type Guardian = Extract<Person, { kind: 'guardian' }>;
export type SchoolClass = DocumentOf<'classes'>;

export function isChild(person: Person): person is Child {
  return person.kind === 'student';
}

export function isGuardian(person: Person): person is Guardian {
  return person.kind === 'guardian';
}

export function isStaff(person: Person): person is StaffMember {
  return person.kind === 'staff';
}

/** Children in the order of a register: by the name that is shown. */
export function byName(one: Pick<Child, 'displayName' | 'id'>, other: Pick<Child, 'displayName' | 'id'>): number {
  return compareWords(one.displayName, other.displayName) || one.id.localeCompare(other.id);
}
