import * as v from 'valibot';
import { defineCollection, documentEntries } from './define-collection.ts';

/** A class without its children: no child's name lies in this bucket. */
export const classes = defineCollection({
  name: 'classes',
  audiences: ['class'],
  pushedBy: null,
  schema: v.object({
    ...documentEntries,
    name: v.string(),
    academicYear: v.string(),
    yearGroups: v.array(v.string()),
    /** Days a week that meet the target `T` of the streak rules. */
    weeklyTarget: v.number(),
    /** User ids of the active staff, the lead first. */
    staff: v.array(v.string()),
  }),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});
