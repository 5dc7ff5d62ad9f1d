import * as v from 'valibot';
import { isoDate } from '../calendar/dates.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

export const subjects = ['mathematics', 'english', 'science', 'topic', 'other'] as const;
export const calendarKinds = ['holiday', 'inset', 'bank_holiday', 'closure'] as const;

const clubLevel = v.object({ number: v.number(), name: v.string(), stage: v.string() });

/** The school's own world: its profile, its clubs with their levels, its calendar. */
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
  ]),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});
