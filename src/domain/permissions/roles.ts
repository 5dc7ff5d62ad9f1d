import type { PermissionName } from './catalogue.ts';

export const userKinds = ['student', 'parent', 'teacher', 'admin', 'device'] as const;
export type UserKind = (typeof userKinds)[number];

export interface RoleTemplate {
  readonly name: string;
  readonly permissions: readonly PermissionName[];
  /** Audiences that this role reads online only: they never reach its devices (S5, `on_device`). */
  readonly onlineOnly: readonly PermissionName[];
}

/** The roles that every school begins with. A school copies one to change it. */
export const roleTemplates = {
  student: {
    name: 'student',
    permissions: [
      'school.read',
      'class.read',
      'student.read',
      'group.read',
      'account.read',
      'completion.create',
      'completion.update',
      'evidence.create',
      'cheer.send',
      'help.ask',
    ],
    onlineOnly: [],
  },
  parent: {
    name: 'parent',
    permissions: [
      'school.read',
      'class.read',
      'student.read',
      'guardianship.read',
      'account.read',
      'completion.create',
      'completion.update',
      'evidence.create',
      'excused_day.create',
      'note.create',
      'consent.give',
    ],
    onlineOnly: [],
  },
  teacher: {
    name: 'teacher',
    permissions: [
      'school.read',
      'class.read',
      'class_staff.read',
      'student.read',
      'guardianship.read',
      'student_staff.read',
      'group.read',
      'account.read',
      'completion.create',
      'completion.update',
      'completion.review',
      'task.set',
      'task.set_for_child',
      'evidence.create',
      'excused_day.create',
      'note.create',
      'level.place',
      'badge.award',
      'safeguarding_flag.create',
      'group.form',
      'command.send',
      'device.enrol',
      'card.issue',
    ],
    onlineOnly: ['group.read'],
  },
  teaching_assistant: {
    name: 'teaching_assistant',
    permissions: [
      'school.read',
      'class.read',
      'class_staff.read',
      'student.read',
      'account.read',
      'completion.create',
      'completion.review',
      'evidence.create',
      'excused_day.create',
      'safeguarding_flag.create',
      'command.send',
    ],
    onlineOnly: [],
  },
  class_device: {
    name: 'class_device',
    permissions: ['school.read', 'class.read', 'class_staff.read', 'class_device.read', 'account.read'],
    onlineOnly: [],
  },
  school_admin: {
    name: 'school_admin',
    permissions: [
      'school.read',
      'class.read',
      'class_staff.read',
      'student.read',
      'guardianship.read',
      'student_staff.read',
      'group.read',
      'account.read',
      'badge.manage',
      'device.enrol',
      'card.issue',
      'invitation.manage',
      'school.update',
      'role.manage',
      'role.assign',
    ],
    onlineOnly: ['class_staff.read', 'student.read', 'guardianship.read', 'student_staff.read', 'group.read'],
  },
  data_protection_lead: {
    name: 'data_protection_lead',
    permissions: ['school.read', 'class.read', 'account.read', 'audit.read', 'data_request.handle', 'legal_hold.place', 'retention.set'],
    onlineOnly: [],
  },
  safeguarding_lead: {
    name: 'safeguarding_lead',
    permissions: [
      'school.read',
      'class.read',
      'student.read',
      'guardianship.read',
      'account.read',
      'safeguarding_flag.create',
      'safeguarding_flag.handle',
      'role.assign',
    ],
    onlineOnly: ['student.read', 'guardianship.read'],
  },
} as const satisfies Record<string, RoleTemplate>;

export type RoleTemplateName = keyof typeof roleTemplates;
