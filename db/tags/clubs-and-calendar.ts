import { common, id, school, table, type Room } from './tag.ts';

export const clubsAndCalendar: Room = {
  clubs: table('A homework club of one subject.', 'school', 'school', {
    ...common,
    subject: school(),
    name: school(),
    icon: school(),
    colour: school(),
    year_groups: school(),
    strands: school(),
    is_active: school(),
  }),
  club_levels: table('A level of a club.', 'school', 'school', {
    ...common,
    club_id: id({ erasure: 'kept' }),
    number: school(),
    name: school(),
    stage: school(),
    approved_needed: school(),
    strands_needed: school(),
  }),
  school_calendar: table('A holiday, or another day without school.', 'school', 'school', {
    ...common,
    reason: school(),
    name: school(),
    from_on: school(),
    until_on: school(),
  }),
};
