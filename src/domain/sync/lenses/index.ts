import { without, type Lens } from './lens.ts';

/**
 * Every change in the shape of a document, oldest first. None is ever taken away: what an app of any age still has to send is
 * lifted through all of them (S28). To add one raises the schema number.
 */
export const lenses: readonly Lens[] = [
  // 2: a piece without a task may say what it was.
  { collection: 'completions', number: 2, up: (document) => document, down: without('activity'), initial: { activity: null } },
  // 2: a teacher's voice may go with a mark.
  { collection: 'reviews', number: 2, up: (document) => document, down: without('voiceId'), initial: { voiceId: null } },
];
