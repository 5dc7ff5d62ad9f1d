import { audiences, type Audience } from './audiences.ts';

export interface Permission {
  /** `resource.action` */
  readonly name: string;
  /**
   * The audience whose scopes the permission reaches; a write permission needs this audience's read permission too. One of
   * audience `school` is held by those alone whose role was given for the whole school.
   */
  readonly audience: Audience;
  readonly kind: 'read' | 'write';
  /** What it lets a person do, in plain English, for the administrator's screen. */
  readonly sentence: string;
}

const readSentences: Record<Audience, string> = {
  school: 'See the school’s profile, calendar, clubs and staff.',
  class: 'See a class: its name, year groups, weekly target and tasks.',
  class_staff: 'See the roster of a class: first names and pictures.',
  class_device: 'Sign children in with their pictures on a class device.',
  student: 'See a child’s profile, homework, marks and run.',
  guardianship: 'See how a parent and a child belong together, and that parent’s notes.',
  student_staff: 'See what staff keep about a child.',
  group: 'See a buddy group and its cheers.',
  account: 'See one’s own notices.',
};

const writePermissions = [
  { name: 'completion.create', audience: 'student', sentence: 'Log homework for a child.' },
  { name: 'completion.update', audience: 'student', sentence: 'Change logged homework that is not marked yet.' },
  { name: 'completion.review', audience: 'student', sentence: 'Mark homework: approve it or ask to try again.' },
  { name: 'task.set', audience: 'class_staff', sentence: 'Set homework for a class, change it and take it back.' },
  { name: 'task.set_for_child', audience: 'student', sentence: 'Set homework for one child, change it and take it back.' },
  { name: 'evidence.create', audience: 'student', sentence: 'Add photos and recordings to a child’s homework.' },
  { name: 'excused_day.create', audience: 'student', sentence: 'Excuse a child from homework for a day, or take that back.' },
  { name: 'note.create', audience: 'guardianship', sentence: 'Write notes between a parent and the child’s teachers.' },
  { name: 'level.place', audience: 'student_staff', sentence: 'Place a child on a level, with a reason.' },
  { name: 'badge.award', audience: 'student', sentence: 'Give a child a badge that teachers give.' },
  { name: 'badge.manage', audience: 'school', sentence: 'Make badges of the school’s own.' },
  { name: 'safeguarding_flag.create', audience: 'student', sentence: 'Flag a concern about a child to the safeguarding lead.' },
  { name: 'safeguarding_flag.handle', audience: 'student', sentence: 'See and handle every concern about a child.' },
  { name: 'group.form', audience: 'class_staff', sentence: 'Form, change and dissolve the buddy groups of a class.' },
  { name: 'cheer.send', audience: 'group', sentence: 'Send cheers to one’s buddy group.' },
  { name: 'command.send', audience: 'account', sentence: 'Ask for what is done at the school, such as moving an entry.' },
  { name: 'help.ask', audience: 'account', sentence: 'Ask one’s teachers for help or to delete something, and tell of a worry.' },
  { name: 'device.enrol', audience: 'class_staff', sentence: 'Enrol and revoke the devices of a class.' },
  { name: 'card.issue', audience: 'student', sentence: 'Give a child a sign-in card, and end it.' },
  { name: 'invitation.manage', audience: 'school', sentence: 'Invite parents, and revoke invitations.' },
  { name: 'school.update', audience: 'school', sentence: 'Change the school’s profile and settings.' },
  { name: 'role.manage', audience: 'school', sentence: 'Make roles of the school’s own, and change what they allow.' },
  { name: 'role.assign', audience: 'school', sentence: 'Give people roles, and end them.' },
  // Not a read permission: those name audiences, whose documents are synced.
  { name: 'audit.read', audience: 'school', sentence: 'Read the audit log: who did what, and when.' },
  { name: 'consent.give', audience: 'student', sentence: 'Give and withdraw consents for one’s child.' },
  { name: 'data_request.handle', audience: 'school', sentence: 'Handle what people ask of the school under data protection law.' },
  { name: 'legal_hold.place', audience: 'school', sentence: 'Keep what is known of a person from being deleted, and end that.' },
  { name: 'retention.set', audience: 'school', sentence: 'Shorten how long the school keeps records, and see what was removed.' },
] as const satisfies readonly Omit<Permission, 'kind'>[];

export type WritePermissionName = (typeof writePermissions)[number]['name'];
export type ReadPermissionName = `${Audience}.read`;
export type PermissionName = ReadPermissionName | WritePermissionName;

/** Every permission there is. The table `permissions` holds the same rows; a test compares the two. */
export const catalogue: readonly Permission[] = [
  ...audiences.map((audience): Permission => ({ name: `${audience}.read`, audience, kind: 'read', sentence: readSentences[audience] })),
  ...writePermissions.map((permission): Permission => ({ ...permission, kind: 'write' })),
];
