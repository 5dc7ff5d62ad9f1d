import type * as v from 'valibot';
import { cheers } from './cheers.ts';
import { childRequests } from './child-requests.ts';
import { classes } from './classes.ts';
import { commands } from './commands.ts';
import { completions } from './completions.ts';
import { excusedDays } from './excused-days.ts';
import { groups } from './groups.ts';
import { notices } from './notices.ts';
import { notes } from './notes.ts';
import { people } from './people.ts';
import { pictureCodes } from './picture-codes.ts';
import { progress } from './progress.ts';
import { receipts } from './receipts.ts';
import { reviews } from './reviews.ts';
import { school } from './school.ts';
import { tasks } from './tasks.ts';

/** Every synced collection, in the order in which a device pushes and a page is laid out. */
export const collections = {
  school,
  people,
  classes,
  picture_codes: pictureCodes,
  tasks,
  completions,
  receipts,
  reviews,
  notes,
  excused_days: excusedDays,
  progress,
  groups,
  cheers,
  commands,
  child_requests: childRequests,
  notices,
} as const;

export type CollectionName = keyof typeof collections;
export type DocumentOf<Name extends CollectionName> = v.InferOutput<(typeof collections)[Name]['schema']>;

export const collectionNames = Object.keys(collections) as CollectionName[];
