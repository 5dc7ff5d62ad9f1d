import { access } from './access.ts';
import { aroundHomework } from './around-homework.ts';
import { audit } from './audit.ts';
import { classes } from './classes.ts';
import { clubsAndCalendar } from './clubs-and-calendar.ts';
import { homework } from './homework.ts';
import { privacy } from './privacy.ts';
import { schoolsAndUsers } from './schools-and-users.ts';
import { sync } from './sync.ts';
import type { Room } from './tag.ts';

/** Every table of every room, by name. A new room is a file beside this one and a line here. */
export const tags: Room = {
  ...schoolsAndUsers,
  ...access,
  ...classes,
  ...clubsAndCalendar,
  ...homework,
  ...aroundHomework,
  ...sync,
  ...privacy,
  ...audit,
};
