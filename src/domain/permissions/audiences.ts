/**
 * Who a document is for. Every synced document lies in exactly one bucket `(audience, scope id)`, for ever (S4).
 * The scope is the id of the school, class, student, guardianship, group or user that the audience is about.
 */
export const audiences = [
  'school',
  'class',
  'class_staff',
  'class_device',
  'student',
  'guardianship',
  'student_staff',
  'group',
  'account',
] as const;

export type Audience = (typeof audiences)[number];
