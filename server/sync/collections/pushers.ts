import type { CollectionName } from '#domain/collections/index.ts';
import { pushInto, type Push } from '../push.ts';
import { cheersPusher } from './cheers-push.ts';
import { commandsPusher } from './commands-push.ts';
import { completionsPusher } from './completions-push.ts';
import { excusedDaysPusher } from './excused-days-push.ts';
import { notesPusher } from './notes-push.ts';
import { reviewsPusher } from './reviews-push.ts';
import { tasksPusher } from './tasks-push.ts';

/** How each collection is pushed; one that is not here is only pulled (S12). */
export const pushers: Partial<Record<CollectionName, Push>> = {
  tasks: pushInto(tasksPusher),
  completions: pushInto(completionsPusher),
  reviews: pushInto(reviewsPusher),
  notes: pushInto(notesPusher),
  excused_days: pushInto(excusedDaysPusher),
  cheers: pushInto(cheersPusher),
  commands: pushInto(commandsPusher),
};
