import * as v from 'valibot';
import { gardenStage } from '../boards/garden.ts';
import { isoDate } from '../calendar/dates.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

export const subjects = ['mathematics', 'english', 'science', 'topic', 'other'] as const;
export const calendarKinds = ['holiday', 'inset', 'bank_holiday', 'closure'] as const;

/** Which boards a school has: none, those of classes, or one of single children too. */
export const leaderboards = ['off', 'team', 'individual'] as const;

const clubLevel = v.object({ number: v.number(), name: v.string(), stage: v.string() });

/** The school's own world: its profile, its clubs with their levels, its calendar, the badges that its teachers give. */
export const school = defineCollection({
  name: 'school',
  audiences: ['school'],
  pushedBy: null,
  schema: v.variant('kind', [
    v.object({
      ...documentEntries,
      kind: v.literal('profile'),
      name: v.string(),
      slug: v.string(),
      timeZone: v.string(),
      colour: v.string(),
      // Missing from a server that did not tell yet.
      leaderboard: v.optional(v.picklist(leaderboards)),
      hasBuddyGroups: v.optional(v.boolean()),
      /** Gardens of this school that everybody sees, in the week of `monday`; null where there are none. */
      gardens: v.optional(
        v.nullable(v.object({ monday: isoDate, top: v.array(v.object({ classId: v.string(), name: v.string(), stage: gardenStage })) })),
      ),
    }),
    v.object({
      ...documentEntries,
      kind: v.literal('club'),
      subject: v.picklist(subjects),
      name: v.string(),
      icon: v.string(),
      colour: v.string(),
      yearGroups: v.array(v.string()),
      strands: v.array(v.string()),
      isActive: v.boolean(),
      levels: v.array(clubLevel),
    }),
    v.object({
      ...documentEntries,
      kind: v.literal('calendar'),
      reason: v.picklist(calendarKinds),
      name: v.string(),
      from: isoDate,
      until: isoDate,
    }),
    // What a teacher gives; the badges of rules are in the app.
    v.object({
      ...documentEntries,
      kind: v.literal('badge'),
      /** A built-in badge's; null for the school's own. */
      code: v.nullable(v.string()),
      name: v.string(),
      /** One sentence for the child. */
      sentence: v.string(),
      /** A built-in badge's code, or one of `badgePictures`; a newer server may know more. */
      picture: v.string(),
      /** Out of use it is given no more; whoever has it keeps it. */
      isActive: v.boolean(),
    }),
  ]),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});
