import * as v from 'valibot';
import { phraseNumber } from '../buddies/phrases.ts';
import { isoInstant } from '../calendar/dates.ts';
import { studentId, uuid } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/** A cheer to one's buddy group: one of a closed set of phrases, and nothing else. Append only; gone after 90 days. */
export const cheers = defineCollection({
  name: 'cheers',
  audiences: ['group'],
  pushedBy: { create: ['cheer.send'], update: null },
  schema: v.strictObject({
    ...documentEntries,
    groupId: uuid,
    /** Whoever sends it is the signed-in child; null where the group may no longer know whose it was. */
    studentId: v.nullable(studentId),
    phrase: phraseNumber,
    /** The device's clock when it was sent. */
    capturedAt: isoInstant,
  }),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});

export type Cheer = v.InferOutput<typeof cheers.schema>;
