import { randomBytes, randomUUID } from 'node:crypto';
import { catalogue, type PermissionName } from '#domain/permissions/catalogue.ts';
import type { Audience } from '#domain/permissions/audiences.ts';
import { roleTemplates, type RoleTemplateName } from '#domain/permissions/roles.ts';
import type { Place } from './place.ts';
import type { Person } from './world.ts';

/**
 * What each table's rows may be read and written by: a line a table (or a kind of its rows), in the words of the catalogue.
 * The matrix test works out from it, from the role templates and from nothing else, who may do what where.
 */

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
function may(permission: PermissionName): Rule {
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
const any =
  (...rules: readonly Rule[]): Rule =>
  (circumstance) =>
    rules.some((rule) => rule(circumstance));
const both =
  (one: Rule, other: Rule): Rule =>
  (circumstance) =>
    one(circumstance) && other(circumstance);
/** Whoever a row is of, or by, whatever their permissions. */
const is =
  (who: (circumstance: Circumstance) => string): Rule =>
  (circumstance) =>
    circumstance.distance !== 'other school' && who(circumstance) === circumstance.actor.person.id;
const own: Rule = ({ distance }) => distance === 'own';
const staffOf = ({ place }: Circumstance): string => place.teacher.id;

/** Nobody's but the functions' and triggers'. */
function closed(table: string): Line {
  return { table, read: never, row: ({ place }) => place.schoolId, key: 'school_id' };
}

/** The actor's own row of an account table; at another place its teacher's. */
function account(table: keyof Actor['accountRows']) {
  return ({ actor, distance }: Circumstance): string => (distance === 'own' ? actor.accountRows[table] : randomUUID());
}

const capturedAt = '2026-01-08T16:00:00Z';
const base = ({ place }: Circumstance): Row => ({ school_id: place.schoolId, id: randomUUID() });
const ofStudent = (circumstance: Circumstance): Row => ({ ...base(circumstance), student_id: circumstance.place.student.id });
const task = (circumstance: Circumstance): Row => ({
  ...base(circumstance), club_id: circumstance.place.clubId, task_group_id: randomUUID(), title: 'Read', instructions: '',
  evidence_kinds: ['written'], opens_on: '2026-01-08', set_by: circumstance.actor.person.id,
}); // prettier-ignore
/** The actor at the own place; whoever is there elsewhere. */
const actorOr =
  (who: (place: Place) => Person) =>
  ({ actor, distance, place }: Circumstance): string =>
    distance === 'own' ? actor.person.id : who(place).id;

export const lines: readonly Line[] = [
  ...[
    'access_grants', 'access_reach', 'audit_chains', 'audit_seals', 'clock_marks', 'credentials', 'deliveries', 'delivery_tokens',
    'derivations_due', 'device_contacts', 'evidence_leftovers', 'grants_due', 'key_rotations', 'school_clock', 'school_keys', 'sessions',
    'stamps_due', 'sync_index',
  ].map(closed), // prettier-ignore
  {
    table: 'schools', read: may('school.read'), update: may('school.update'), changes: 'name', row: ({ place }) => place.schoolId,
  },
  { table: 'users', rows: 'staff', read: any(may('school.read'), is(staffOf)), row: staffOf },
  {
    table: 'users', rows: 'children', row: ({ place }) => place.student.id,
    read: any(may('student.read'), may('class_staff.read'), is(({ place }) => place.student.id)),
  },
  {
    table: 'users', rows: 'parents', row: ({ place }) => place.parent.id,
    read: any(may('guardianship.read'), is(({ place }) => place.parent.id)),
  },
  { table: 'users', rows: 'devices', row: ({ place }) => place.device.id, read: is(({ place }) => place.device.id) },
  { table: 'teachers', read: may('school.read'), row: staffOf },
  { table: 'school_admins', read: may('school.read'), row: ({ place }) => place.schoolId, key: 'school_id' },
  {
    table: 'students', read: any(may('student.read'), may('class_staff.read')), update: is(({ place }) => place.student.id),
    changes: 'shows_on_boards', row: ({ place }) => place.student.id,
  },
  {
    table: 'parents', read: is(({ place }) => place.parent.id), update: is(({ place }) => place.parent.id), changes: 'preferences',
    row: ({ place }) => place.parent.id,
  },
  { table: 'roles', read: any(may('role.assign'), may('role.manage')), row: ({ place }) => place.schoolId, key: 'school_id' },
  { table: 'role_permissions', read: any(may('role.assign'), may('role.manage')), row: ({ place }) => place.schoolId, key: 'school_id' },
  { table: 'audit_log', read: may('audit.read'), row: ({ place }) => place.schoolId, key: 'school_id' },
  {
    table: 'student_consents', read: any(may('student_staff.read'), is(({ place }) => place.parent.id)),
    insert: both(may('consent.give'), is(({ actor, place }) => (actor.role === 'parent' ? place.parent.id : ''))), row: ({ place }) => place.consentId,
    fresh: (circumstance) => ({
      ...ofStudent(circumstance), guardian_id: circumstance.actor.person.id, purpose: 'photo', notice_version: 1, decision: 'given',
    }),
  },
  {
    table: 'data_retention_policies', read: may('school.read'), insert: may('retention.set'), update: may('retention.set'), changes: 'period',
    row: ({ place }) => place.policyId,
    fresh: (circumstance) => ({ ...base(circumstance), entity_type: 'refused_pushes', period: 20 }),
  },
  {
    table: 'legal_holds', read: may('legal_hold.place'), insert: may('legal_hold.place'), update: may('legal_hold.place'), changes: 'until_on',
    row: ({ place }) => place.holdId,
    fresh: (circumstance) => ({
      ...base(circumstance), subject_id: circumstance.place.student.id, reason_encrypted: randomBytes(8),
      placed_by: circumstance.actor.person.id,
    }),
  },
  { table: 'retention_runs', read: may('retention.set'), row: ({ place }) => place.schoolId, key: 'school_id' },
  {
    table: 'data_requests', read: may('data_request.handle'), insert: may('data_request.handle'), update: may('data_request.handle'),
    changes: 'state', row: ({ place }) => place.requestId,
    fresh: (circumstance) => ({
      ...base(circumstance), kind: 'access', subject_id: circumstance.place.student.id, recorded_by: circumstance.actor.person.id,
      asked_on: '2026-01-08',
    }),
  },
  { table: 'user_roles', read: any(may('role.assign'), is(staffOf)), row: staffOf, key: 'user_id' },
  { table: 'classes', read: may('class.read'), row: ({ place }) => place.classId },
  { table: 'class_students', read: any(may('class_staff.read'), may('student.read')), row: ({ place }) => place.membershipId },
  { table: 'teacher_classes', read: may('class.read'), row: ({ place }) => place.teachingId },
  {
    table: 'parent_students', read: may('guardianship.read'), update: may('invitation.manage'), changes: 'until_on',
    row: ({ place }) => place.guardianshipId,
  },
  { table: 'clubs', read: may('school.read'), row: ({ place }) => place.clubId },
  { table: 'club_levels', read: may('school.read'), row: ({ place }) => place.levelId },
  { table: 'school_calendar', read: may('school.read'), row: ({ place }) => place.calendarId },
  {
    table: 'homework_tasks', rows: 'of a class', read: may('class.read'), insert: may('task.set'), update: may('task.set'), changes: 'title',
    row: ({ place }) => place.taskOfClassId,
    fresh: (circumstance) => ({ ...task(circumstance), class_id: circumstance.place.classId }),
  },
  {
    table: 'homework_tasks', rows: 'of a child', read: may('student.read'), insert: may('task.set_for_child'), update: may('task.set_for_child'),
    changes: 'title', row: ({ place }) => place.taskOfStudentId,
    fresh: (circumstance) => ({ ...task(circumstance), student_id: circumstance.place.student.id }),
  },
  {
    table: 'homework_completions', read: may('student.read'), insert: may('completion.create'), update: may('completion.update'),
    delete: may('completion.update'), changes: 'minutes', row: ({ place }) => place.completionId,
    fresh: (circumstance) => ({
      ...ofStudent(circumstance), club_id: circumstance.place.clubId, completion_date: '2026-01-08', evidence_kind: 'show_in_class',
      captured_at: capturedAt,
    }),
  },
  {
    table: 'completion_reviews', read: may('student.read'), insert: may('completion.review'), row: ({ place }) => place.reviewId,
    fresh: (circumstance) => ({
      ...ofStudent(circumstance), completion_id: circumstance.place.completionId, reviewer_id: circumstance.actor.person.id,
      verdict: 'approved', captured_at: capturedAt,
    }),
  },
  { table: 'student_progress', read: may('student.read'), row: ({ place }) => place.student.id, key: 'student_id' },
  {
    table: 'notices', rows: 'of an account', read: both(may('account.read'), own), insert: own, row: account('notices'),
    fresh: (circumstance) => ({
      ...base(circumstance), audience: 'account', user_id: actorOr((place) => place.teacher)(circumstance), kind: 'rejection',
      code: 'not_allowed', message: 'No',
    }),
  },
  {
    table: 'notices', rows: 'about a child', read: may('student.read'), insert: may('student.read'),
    row: ({ place }) => place.noticeAboutStudentId,
    fresh: (circumstance) => ({ ...ofStudent(circumstance), audience: 'student', kind: 'rejection', code: 'not_allowed', message: 'No' }),
  },
  {
    table: 'rejected_pushes', read: own, insert: own, row: account('rejected_pushes'),
    fresh: (circumstance) => ({
      ...base(circumstance), user_id: actorOr((place) => place.teacher)(circumstance), collection: 'completions', document_id: randomUUID(),
      code: 'not_allowed', payload_encrypted: randomBytes(8),
    }),
  },
  {
    table: 'evidence', read: may('student.read'), insert: may('evidence.create'), update: may('evidence.create'), changes: 'state',
    row: ({ place }) => place.evidenceId,
    fresh: (circumstance) => ({ ...ofStudent(circumstance), completion_id: circumstance.place.completionId, kind: 'audio' }),
  },
  {
    table: 'parent_notes', read: may('guardianship.read'), insert: may('note.create'),
    update: both(may('note.create'), is(({ place }) => place.parent.id)), delete: both(may('note.create'), is(({ place }) => place.parent.id)),
    changes: 'helped', row: ({ place }) => place.noteId,
    fresh: (circumstance) => ({
      ...ofStudent(circumstance), guardianship_id: circumstance.place.guardianshipId, completion_id: circumstance.place.completionId,
      author_id: circumstance.actor.person.id, helped: true,
    }),
  },
  {
    table: 'excused_days', read: may('student.read'), insert: may('excused_day.create'), row: ({ place }) => place.excusedDayId,
    fresh: (circumstance) => ({
      ...ofStudent(circumstance), day: new Date().toISOString().slice(0, 10), state: 'excused', captured_at: capturedAt,
    }),
  },
  {
    table: 'student_levels', read: may('student_staff.read'), insert: may('level.place'), update: may('level.place'), changes: 'level_id',
    row: ({ place }) => place.studentLevelId,
    fresh: (circumstance) => ({
      ...base(circumstance), student_id: circumstance.place.student.id, club_id: circumstance.place.otherClubId,
      level_id: circumstance.place.otherLevelId, set_by: 'teacher', teacher_id: circumstance.actor.person.id, reason_encrypted: randomBytes(8),
    }),
  },
  {
    table: 'safeguarding_flags', read: any(may('safeguarding_flag.handle'), is(staffOf)),
    insert: any(may('safeguarding_flag.create'), both(may('help.ask'), is(({ place }) => place.student.id))),
    update: may('safeguarding_flag.handle'), changes: 'state', row: ({ place }) => place.flagId,
    fresh: (circumstance) => ({
      ...ofStudent(circumstance), reporter_id: circumstance.actor.person.id, text_encrypted: randomBytes(8),
      // What worries a child is said where the child itself tells.
      about_encrypted: circumstance.actor.person.id === circumstance.place.student.id ? randomBytes(8) : null,
    }),
  },
  {
    table: 'commands', rows: 'of staff', read: may('account.read'), insert: may('command.send'), update: may('command.send'), changes: 'code',
    row: account('commands'),
    fresh: (circumstance) => ({
      ...base(circumstance), user_id: actorOr((place) => place.teacher)(circumstance), kind: 'place_on_level', payload_encrypted: randomBytes(8),
      captured_at: capturedAt,
    }),
  },
  {
    table: 'commands', rows: 'of a child', read: may('account.read'), insert: may('help.ask'), update: may('help.ask'), changes: 'code',
    row: account('asked'),
    fresh: (circumstance) => ({
      ...base(circumstance), user_id: actorOr((place) => place.student)(circumstance), kind: 'ask_for_help', payload_encrypted: randomBytes(8),
      captured_at: capturedAt,
    }),
  },
  {
    table: 'child_requests', read: any(may('student_staff.read'), is(({ place }) => place.student.id)),
    insert: both(may('help.ask'), is(({ place }) => place.student.id)), update: both(may('completion.review'), may('student_staff.read')),
    changes: 'answered_by', row: ({ place }) => place.childRequestId,
    fresh: (circumstance) => ({ ...ofStudent(circumstance), kind: 'ask', topic: 'talk' }),
  },
  {
    table: 'badges', read: may('school.read'), insert: may('badge.manage'), update: may('badge.manage'), changes: 'name',
    row: ({ place }) => place.badgeId,
    fresh: (circumstance) => ({ ...base(circumstance), name: 'Brave', sentence: 'You were brave.', picture: 'lion', given_by: 'teacher' }),
  },
  {
    table: 'student_badges', read: may('student.read'), insert: may('badge.award'), row: ({ place }) => place.studentBadgeId,
    fresh: (circumstance) => ({
      ...ofStudent(circumstance), badge_id: circumstance.place.otherBadgeId, given_by: 'teacher', teacher_id: circumstance.actor.person.id,
      awarded_on: '2026-01-09',
    }),
  },
  { table: 'leaderboards', rows: 'of a class', read: may('class.read'), row: ({ place }) => place.classBoardId },
  { table: 'leaderboards', rows: 'of a school', read: may('school.read'), row: ({ place }) => place.schoolBoardId },
  {
    table: 'buddy_groups', read: may('group.read'), insert: may('group.form'), update: both(may('group.form'), may('group.read')),
    changes: 'name', row: ({ place }) => place.groupId,
    fresh: (circumstance) => ({ ...base(circumstance), class_id: circumstance.place.classId, name: 'Badgers' }),
  },
  {
    table: 'buddy_group_students', insert: may('group.form'), changes: 'left_at',
    read: any(may('group.read'), is(({ place }) => place.student.id)),
    update: any(both(may('group.form'), may('group.read')), is(({ place }) => place.student.id)),
    row: ({ place }) => place.buddyId,
    fresh: (circumstance) => ({
      ...base(circumstance), group_id: circumstance.place.groupId, class_id: circumstance.place.classId,
      student_id: circumstance.place.newcomer.id,
    }),
  },
  {
    table: 'buddy_cheers', read: may('group.read'), insert: may('cheer.send'), row: ({ place }) => place.cheerId,
    fresh: (circumstance) => ({
      ...base(circumstance), group_id: circumstance.place.groupId, student_id: circumstance.actor.person.id, phrase: 3,
      captured_at: new Date().toISOString(),
    }),
  },
  {
    table: 'devices', read: may('class_staff.read'), update: may('device.enrol'), changes: 'name', row: ({ place }) => place.device.id,
  },
  {
    table: 'invitations', read: may('invitation.manage'), insert: may('invitation.manage'), update: may('invitation.manage'),
    changes: 'revoked_at', row: ({ place }) => place.invitationId,
    fresh: (circumstance) => ({ ...ofStudent(circumstance), code_hash: randomBytes(32) }),
  },
]; // prettier-ignore
