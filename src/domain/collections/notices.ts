import * as v from 'valibot';
import { isoInstant } from '../calendar/dates.ts';
import { studentId } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/**
 * News for one person, or about one child: what the server could not take, and why, or what it has
 * done (S31), in plain words.
 */
export const notices = defineCollection({
  name: 'notices',
  audiences: ['account', 'student'],
  pushedBy: null,
  schema: v.object({
    ...documentEntries,
    kind: v.picklist(['rejection', 'command']),
    /** An error code of `domain/errors.ts`, or one of a command's answers. */
    code: v.string(),
    message: v.string(),
    collection: v.nullable(v.string()),
    documentId: v.nullable(v.string()),
    studentId: v.nullable(studentId),
    createdAt: isoInstant,
  }),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});
