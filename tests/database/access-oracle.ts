import type { Sql } from './world.ts';

/**
 * Who may read what, worked out from the base tables as one would on paper: slow, and obviously right. It shares no line with
 * app.compute_grants, which access_grants follow from.
 */

/** A bucket `audience scope` that somebody may read. */
export interface Due {
  readonly onDevice: boolean;
  /** Milliseconds; infinity where nothing ends it. */
  readonly until: number;
  /** Assignments it comes from. */
  readonly sources: readonly string[];
}

export interface Access {
  /** By `user audience scope`. */
  readonly grants: ReadonlyMap<string, Due>;
  /** `user permission scope` of every write. */
  readonly writes: ReadonlySet<string>;
}

interface Ended {
  /** Milliseconds since 1970; null: no end. */
  readonly ends: number | null;
}

interface Base {
  readonly now: number;
  readonly school: { readonly isActive: boolean; readonly hasGroups: boolean };
  readonly users: readonly { readonly id: string; readonly isActive: boolean }[];
  readonly assignments: readonly (Ended & {
    readonly id: string;
    readonly userId: string;
    readonly roleId: string;
    readonly relation: string;
    readonly kind: 'school' | 'class' | 'student' | null;
    readonly target: string | null;
    readonly starts: number | null;
  })[];
  readonly permissions: readonly {
    readonly roleId: string;
    readonly name: string;
    readonly audience: string;
    readonly isWrite: boolean;
    readonly onDevice: boolean;
  }[];
  readonly classes: readonly { readonly id: string; readonly isArchived: boolean }[];
  readonly students: readonly string[];
  /** Relations of today alone; `ends` is when their last day does. */
  readonly memberships: readonly (Ended & { readonly classId: string; readonly studentId: string })[];
  readonly teachings: readonly (Ended & { readonly classId: string; readonly teacherId: string })[];
  readonly guardianships: readonly (Ended & { readonly id: string; readonly parentId: string; readonly studentId: string })[];
  /** Links of today and to come of guardians with parental responsibility. */
  readonly responsible: readonly (Ended & { readonly parentId: string; readonly studentId: string; readonly starts: number })[];
  /** What was said about buddy groups, oldest first; of one moment the withdrawal last. */
  readonly buddyDecisions: readonly { readonly guardianId: string; readonly studentId: string; readonly isYes: boolean }[];
  readonly devices: readonly (Ended & { readonly id: string; readonly classId: string })[];
  /** Groups that are not dissolved, with who has joined them. */
  readonly groups: readonly { readonly id: string; readonly classId: string; readonly members: readonly string[] }[];
}

type Assignment = Base['assignments'][number];
type Reach = readonly (readonly [audience: string, scope: string, until: number])[];

export async function expectedAccess(sql: Sql, schoolId: string): Promise<Access> {
  return workOut(await readBase(sql, schoolId), schoolId);
}

function workOut(base: Base, schoolId: string): Access {
  const grants = new Map<string, Due>();
  const writes = new Set<string>();
  const active = new Set(base.users.filter(({ isActive }) => isActive).map(({ id }) => id));
  for (const assignment of base.assignments) {
    if (!base.school.isActive || !active.has(assignment.userId)) continue;
    if ((assignment.starts ?? -Infinity) > base.now || endOf(assignment) <= base.now) continue;
    const held = base.permissions.filter(({ roleId }) => roleId === assignment.roleId);
    const reach: Reach = [
      ['school', schoolId, endOf(assignment)],
      ['account', assignment.userId, endOf(assignment)],
      ...reachOf(base, assignment),
    ];
    for (const [audience, scope, until] of reach) {
      const read = held.find(({ name }) => name === `${audience}.read`);
      if (!read) continue;
      const key = `${assignment.userId} ${audience} ${scope}`;
      const known = grants.get(key);
      grants.set(key, {
        onDevice: read.onDevice || (known?.onDevice ?? false),
        until: Math.max(until, known?.until ?? 0),
        sources: [...new Set([...(known?.sources ?? []), assignment.id])].toSorted(),
      });
      for (const { name, audience: of, isWrite } of held) {
        if (isWrite && of === audience && (of !== 'school' || assignment.kind === 'school')) {
          writes.add(`${assignment.userId} ${name} ${scope}`);
        }
      }
    }
  }
  return { grants, writes };
}

function reachOf(base: Base, assignment: Assignment): Reach {
  const until = endOf(assignment);
  switch (assignment.kind) {
    case 'school':
      return [
        ...base.classes.flatMap(({ id }): Reach => [
          ['class', id, until],
          ['class_staff', id, until],
        ]),
        ...base.students.flatMap((id) => asStaff(base, id, until)),
        ...(base.school.hasGroups ? base.groups.map(({ id }) => ['group', id, until] as const) : []),
      ];
    case 'class':
      return base.classes.some(({ id }) => id === assignment.target) ? aroundClass(base, assignment, assignment.target ?? '', until) : [];
    case 'student':
      return aroundStudent(base, assignment.target ?? '', until);
    case null:
      return byRelation(base, assignment, until);
  }
}

function byRelation(base: Base, assignment: Assignment, until: number): Reach {
  const { userId, relation } = assignment;
  const isOpen = (classId: string): boolean => base.classes.some(({ id, isArchived }) => id === classId && !isArchived);
  switch (relation) {
    case 'student':
      return base.students.includes(userId) ? aroundStudent(base, userId, until) : [];
    case 'guardian':
      return base.guardianships
        .filter(({ parentId }) => parentId === userId)
        .flatMap((link): Reach => [
          ['guardianship', link.id, Math.min(until, endOf(link))],
          ...aroundStudent(base, link.studentId, Math.min(until, endOf(link))),
        ]);
    case 'staff':
      return base.teachings
        .filter(({ teacherId, classId }) => teacherId === userId && isOpen(classId))
        .flatMap((teaching) => aroundClass(base, assignment, teaching.classId, Math.min(until, endOf(teaching))));
    case 'device':
      return base.devices
        .filter(({ id, classId }) => id === userId && isOpen(classId))
        .flatMap((device) => aroundClass(base, assignment, device.classId, Math.min(until, endOf(device))));
    default:
      return [];
  }
}

/** A class, its students, their parents and its groups. */
function aroundClass(base: Base, { relation }: Assignment, classId: string, until: number): Reach {
  return [
    ['class', classId, until],
    ['class_staff', classId, until],
    ...(relation === 'device' ? [['class_device', classId, until] as const] : []),
    ...(base.school.hasGroups
      ? base.groups.filter((group) => group.classId === classId).map(({ id }) => ['group', id, until] as const)
      : []),
    ...base.memberships
      .filter((membership) => membership.classId === classId)
      .flatMap((membership) => asStaff(base, membership.studentId, Math.min(until, endOf(membership)))),
  ];
}

/** A student as those see it who are there for a class or a school. */
function asStaff(base: Base, studentId: string, until: number): Reach {
  return [
    ['student', studentId, until],
    ['student_staff', studentId, until],
    ...base.guardianships
      .filter((link) => link.studentId === studentId)
      .map((link) => ['guardianship', link.id, Math.min(until, endOf(link))] as const),
  ];
}

/** Until when a child may be a buddy: everybody of today who has said something said yes, and somebody has. */
function buddyUntil(base: Base, studentId: string): number {
  let lastYes = -Infinity;
  let firstNo = Infinity;
  for (const link of base.responsible.filter((one) => one.studentId === studentId)) {
    const said = base.buddyDecisions.findLast((one) => one.studentId === studentId && one.guardianId === link.parentId);
    if (said?.isYes === false) firstNo = Math.min(firstNo, link.starts);
    if (said?.isYes === true && link.starts <= base.now) lastYes = Math.max(lastYes, endOf(link));
  }
  return firstNo <= base.now ? -Infinity : Math.min(lastYes, firstNo);
}

/** A student, their classes and, with consent, their groups. */
function aroundStudent(base: Base, studentId: string, until: number): Reach {
  const memberships = base.memberships.filter(
    ({ studentId: member, classId }) => member === studentId && base.classes.some(({ id, isArchived }) => id === classId && !isArchived),
  );
  return [
    ['student', studentId, until],
    ['student_staff', studentId, until],
    ...memberships.map((membership) => ['class', membership.classId, Math.min(until, endOf(membership))] as const),
    ...memberships.flatMap((membership) =>
      base.groups
        .filter(({ classId, members }) => base.school.hasGroups && classId === membership.classId && members.includes(studentId))
        .filter(() => buddyUntil(base, studentId) > base.now)
        .map(({ id }) => ['group', id, Math.min(until, endOf(membership), buddyUntil(base, studentId))] as const),
    ),
  ];
}

function endOf({ ends }: Ended): number {
  return ends ?? Infinity;
}

async function readBase(sql: Sql, schoolId: string): Promise<Base> {
  const [row] = await sql<{ base: Base }[]>`
    with place as (select *, (now() at time zone time_zone)::date as today from schools where school_id = ${schoolId})
    select jsonb_build_object(
      'now', floor(extract(epoch from now()) * 1000),
      'school', (select jsonb_build_object('isActive', status = 'active', 'hasGroups', has_buddy_groups) from place),
      'users', (select jsonb_agg(jsonb_build_object('id', id, 'isActive', status = 'active')) from users where school_id = ${schoolId}),
      'assignments', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'userId', a.user_id, 'roleId', a.role_id, 'relation', r.relation,
          'kind', a.scope_kind, 'target', a.scope_target, 'starts', floor(extract(epoch from a.valid_from) * 1000),
          'ends', floor(extract(epoch from a.valid_until) * 1000))), '[]')
        from user_roles a join roles r on r.school_id = a.school_id and r.id = a.role_id where a.school_id = ${schoolId}),
      'permissions', (select jsonb_agg(jsonb_build_object('roleId', h.role_id, 'name', p.name, 'audience', p.audience,
          'isWrite', p.kind = 'write', 'onDevice', h.on_device))
        from role_permissions h join permissions p on p.name = h.permission where h.school_id = ${schoolId}),
      'classes', (select jsonb_agg(jsonb_build_object('id', id, 'isArchived', archived_at is not null)) from classes where school_id = ${schoolId}),
      'students', (select jsonb_agg(id) from students where school_id = ${schoolId}),
      'memberships', (select coalesce(jsonb_agg(jsonb_build_object('classId', class_id, 'studentId', student_id,
          'ends', extract(epoch from (until_on + 1)::timestamp at time zone time_zone) * 1000)), '[]')
        from class_students m, place where m.school_id = ${schoolId} and today between from_on and coalesce(until_on, 'infinity')),
      'teachings', (select coalesce(jsonb_agg(jsonb_build_object('classId', class_id, 'teacherId', teacher_id,
          'ends', extract(epoch from (until_on + 1)::timestamp at time zone time_zone) * 1000)), '[]')
        from teacher_classes t, place where t.school_id = ${schoolId} and is_active and today between from_on and coalesce(until_on, 'infinity')),
      'guardianships', (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'parentId', parent_id, 'studentId', student_id,
          'ends', extract(epoch from (until_on + 1)::timestamp at time zone time_zone) * 1000)), '[]')
        from parent_students g, place where g.school_id = ${schoolId} and today between from_on and coalesce(until_on, 'infinity')),
      'responsible', (select coalesce(jsonb_agg(jsonb_build_object('parentId', parent_id, 'studentId', student_id,
          'starts', extract(epoch from from_on::timestamp at time zone time_zone) * 1000,
          'ends', extract(epoch from (until_on + 1)::timestamp at time zone time_zone) * 1000)), '[]')
        from parent_students g, place
        where g.school_id = ${schoolId} and has_parental_responsibility and today <= coalesce(until_on, 'infinity')),
      'buddyDecisions', (select coalesce(jsonb_agg(jsonb_build_object('guardianId', guardian_id, 'studentId', student_id,
          'isYes', decision = 'given') order by decided_at, decision), '[]')
        from student_consents where school_id = ${schoolId} and purpose = 'buddy_groups'),
      'devices', (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'classId', class_id, 'ends', floor(extract(epoch from lease_until) * 1000))), '[]')
        from devices where school_id = ${schoolId} and revoked_at is null and lease_until > now()),
      'groups', (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'classId', g.class_id, 'members', (
          select coalesce(jsonb_agg(m.student_id), '[]') from buddy_group_students m
          where m.school_id = g.school_id and m.group_id = g.id and m.left_at is null and m.joined_at is not null))), '[]')
        from buddy_groups g where g.school_id = ${schoolId} and g.dissolved_at is null)
    ) as base`;
  if (!row) throw new Error('the school is there');
  return row.base;
}
