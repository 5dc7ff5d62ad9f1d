import { common, id, personal, school, secret, table, type Room } from './tag.ts';

export const classes: Room = {
  classes: table('A class of one school year.', 'school', 'school', {
    ...common,
    name: school(),
    code_hash: secret({ erasure: 'kept' }),
    academic_year: school(),
    year_groups: school(),
    key_stages: school(),
    weekly_target: school(),
    archived_at: school(),
  }),
  class_students: table('A child in a class.', 'accounts', 'account', {
    ...common,
    class_id: id(),
    student_id: id(),
    from_on: personal(),
    until_on: personal(),
    is_current: personal(),
  }),
  teacher_classes: table('A teacher of a class.', 'accounts', 'account', {
    ...common,
    class_id: id(),
    teacher_id: id(),
    is_lead: personal(),
    is_active: personal(),
    from_on: personal(),
    until_on: personal(),
    is_current: personal(),
  }),
  parent_students: table('A guardian of a child.', 'accounts', 'account', {
    ...common,
    parent_id: id(),
    student_id: id(),
    relationship: personal(),
    is_primary_contact: personal(),
    has_parental_responsibility: personal(),
    from_on: personal(),
    until_on: personal(),
    is_current: personal(),
  }),
};
