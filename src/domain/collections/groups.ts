import * as v from 'valibot';
import { studentId } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/** A buddy group as its members know it: who has joined, and how full the jar is. Never who did what, or who has not joined. */
export const groups = defineCollection({
  name: 'groups',
  audiences: ['group'],
  pushedBy: null,
  schema: v.object({
    ...documentEntries,
    name: v.string(),
    /** Every marble ever; `domain/buddies/jar.ts` says how full a jar that is. */
    marbles: v.number(),
    members: v.array(v.object({ studentId, firstName: v.string(), avatar: v.string() })),
  }),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});

export type Group = v.InferOutput<typeof groups.schema>;
