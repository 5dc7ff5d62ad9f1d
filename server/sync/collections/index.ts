import type { CollectionName } from '#domain/collections/index.ts';
import { cheersReader } from './cheers.ts';
import { childRequestsReader } from './child-requests.ts';
import { classesReader } from './classes.ts';
import { commandsReader } from './commands.ts';
import { completionsReader } from './completions.ts';
import { excusedDaysReader } from './excused-days.ts';
import { groupsReader } from './groups.ts';
import { noticesReader } from './notices.ts';
import { notesReader } from './notes.ts';
import { peopleReader } from './people.ts';
import { pictureCodesReader } from './picture-codes.ts';
import { progressReader } from './progress.ts';
import type { CollectionReader } from './reader.ts';
import { receiptsReader } from './receipts.ts';
import { reviewsReader } from './reviews.ts';
import { schoolReader } from './school.ts';
import { tasksReader } from './tasks.ts';

/** How each synced collection is read. */
export const readers: Readonly<Record<CollectionName, CollectionReader>> = {
  school: schoolReader,
  people: peopleReader,
  classes: classesReader,
  picture_codes: pictureCodesReader,
  tasks: tasksReader,
  completions: completionsReader,
  receipts: receiptsReader,
  reviews: reviewsReader,
  notes: notesReader,
  excused_days: excusedDaysReader,
  progress: progressReader,
  groups: groupsReader,
  cheers: cheersReader,
  commands: commandsReader,
  child_requests: childRequestsReader,
  notices: noticesReader,
};
