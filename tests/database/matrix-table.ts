import { randomBytes, randomUUID } from 'node:crypto';
import {
  account,
  actorOr,
  any,
  base,
  both,
  capturedAt,
  closed,
  is,
  may,
  ofStudent,
  own,
  staffOf,
  task,
  type Line,
} from './matrix-words.ts';

/**
 * What each table's rows may be read and written by: a line a table (or a kind of its rows), in the words of the catalogue.
 * The matrix test works out from it, from the role templates and from nothing else, who may do what where.
 */

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
