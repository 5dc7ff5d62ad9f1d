import { randomUUID } from 'node:crypto';
import { catalogue, type PermissionName } from '#domain/permissions/catalogue.ts';
import type { Audience } from '#domain/permissions/audiences.ts';
import { roleTemplates, type RoleTemplateName } from '#domain/permissions/roles.ts';
import type { Place } from './place.ts';
import type { Person } from './world.ts';

/** The words in which matrix-table.ts says who may do what. */

/** How a place lies to whoever acts: their own class and child, another of the school, another school. */
export type Distance = 'own' | 'other class' | 'other school';

export interface Actor {
  readonly role: RoleTemplateName;
  readonly person: Person;
  /** Rows of account tables that are the actor's own. */
  readonly accountRows: Readonly<Record<'notices' | 'commands' | 'asked' | 'rejected_pushes', string>>;
}

interface Circumstance {
  readonly actor: Actor;
  readonly distance: Distance;
  readonly place: Place;
}

type Rule = (circumstance: Circumstance) => boolean;
type Row = Readonly<Record<string, unknown>>;

export interface Line {
  readonly table: string;
  /** Which of the table's rows, where they are not all alike. */
  readonly rows?: string;
  readonly read: Rule;
  readonly insert?: Rule;
  readonly update?: Rule;
  readonly delete?: Rule;
  /** The row of a place that is read, changed and removed; by which column, where it is not `id`. */
  readonly row: (circumstance: Circumstance) => string;
  readonly key?: string;
  /** A new row for the place, all of whose columns a request may set. */
  readonly fresh?: (circumstance: Circumstance) => Row;
  /** The column that an update sets to what it is. */
  readonly changes?: string;
}

const everySide: readonly Audience[] = ['class', 'class_staff', 'student', 'student_staff', 'guardianship', 'group'];

/** What the relations of a role reach of its own class or child. */
const reachOfRelation: Readonly<Record<RoleTemplateName, readonly Audience[]>> = {
  student: ['class', 'student', 'student_staff', 'group'],
  parent: ['class', 'student', 'student_staff', 'guardianship', 'group'],
  teacher: everySide,
  teaching_assistant: everySide,
  class_device: [...everySide, 'class_device'],
  // Given for the whole school in these tests, as they are in life.
  school_admin: everySide,
  data_protection_lead: everySide,
  safeguarding_lead: everySide,
};

const forWholeSchool: ReadonlySet<RoleTemplateName> = new Set(['school_admin', 'data_protection_lead', 'safeguarding_lead']);

/** Whether the actor holds the permission, and it reaches this place. */
export function may(permission: PermissionName): Rule {
  const known = catalogue.find(({ name }) => name === permission);
  if (!known) throw new Error(`The catalogue has no ${permission}`);
  return ({ actor: { role }, distance }) => {
    const template: readonly PermissionName[] = roleTemplates[role].permissions;
    if (distance === 'other school' || !template.includes(permission)) return false;
    if (known.audience === 'school') return known.kind === 'read' || forWholeSchool.has(role);
    if (known.audience === 'account') return distance === 'own';
    return reachOfRelation[role].includes(known.audience) && (distance === 'own' || forWholeSchool.has(role));
  };
}

const never: Rule = () => false;
export const any =
  (...rules: readonly Rule[]): Rule =>
  (circumstance) =>
    rules.some((rule) => rule(circumstance));
export const both =
  (one: Rule, other: Rule): Rule =>
  (circumstance) =>
    one(circumstance) && other(circumstance);
/** Whoever a row is of, or by, whatever their permissions. */
export const is =
  (who: (circumstance: Circumstance) => string): Rule =>
  (circumstance) =>
    circumstance.distance !== 'other school' && who(circumstance) === circumstance.actor.person.id;
export const own: Rule = ({ distance }) => distance === 'own';
export const staffOf = ({ place }: Circumstance): string => place.teacher.id;

/** Nobody's but the functions' and triggers'. */
export function closed(table: string): Line {
  return { table, read: never, row: ({ place }) => place.schoolId, key: 'school_id' };
}

/** The actor's own row of an account table; at another place its teacher's. */
export function account(table: keyof Actor['accountRows']) {
  return ({ actor, distance }: Circumstance): string => (distance === 'own' ? actor.accountRows[table] : randomUUID());
}

export const capturedAt = '2026-01-08T16:00:00Z';
export const base = ({ place }: Circumstance): Row => ({ school_id: place.schoolId, id: randomUUID() });
export const ofStudent = (circumstance: Circumstance): Row => ({ ...base(circumstance), student_id: circumstance.place.student.id });
export const task = (circumstance: Circumstance): Row => ({
  ...base(circumstance), club_id: circumstance.place.clubId, task_group_id: randomUUID(), title: 'Read', instructions: '',
  evidence_kinds: ['written'], opens_on: '2026-01-08', set_by: circumstance.actor.person.id,
}); // prettier-ignore
/** The actor at the own place; whoever is there elsewhere. */
export const actorOr =
  (who: (place: Place) => Person) =>
  ({ actor, distance, place }: Circumstance): string =>
    distance === 'own' ? actor.person.id : who(place).id;
