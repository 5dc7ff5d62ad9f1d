import * as v from 'valibot';
import { isoDate } from '../calendar/dates.ts';
import { studentId } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/** A closed week as it was judged; kept so that a later change of class, target or calendar does not rewrite it. */
export const weekRecord = v.object({
  monday: isoDate,
  /** Expected days of the week. */
  cap: v.number(),
  /** Days needed to meet it. */
  need: v.number(),
  target: v.number(),
});
export type WeekRecord = v.InferOutput<typeof weekRecord>;

const clubFigures = v.record(v.string(), v.object({ approved: v.number(), waiting: v.number(), returned: v.number() }));

/** What stands for entries that are no longer there: retention removed them, or their year is archived (S2). */
export const openingBalance = v.object({
  /** The weeks from here on are judged by their entries. */
  monday: isoDate,
  /** The run in days as that week began. */
  run: v.number(),
  longestRun: v.number(),
  /** The last week before that was not neutral was missed. */
  isLastMissed: v.boolean(),
  /** By club id: what was removed. Archived work is still counted where it lies. */
  clubs: clubFigures,
});
export type OpeningBalance = v.InferOutput<typeof openingBalance>;

/** What a child's record comes to; its id is the student's. Derived by the server, the same function runs on the device. */
export const progress = defineCollection({
  name: 'progress',
  audiences: ['student'],
  pushedBy: null,
  schema: v.object({
    ...documentEntries,
    studentId,
    currentRun: v.number(),
    longestRun: v.number(),
    /** Closed weeks, oldest first. */
    weeks: v.array(weekRecord),
    /** By club id: completions by what became of them. */
    clubs: clubFigures,
    /** Null where nothing was folded; missing from a server that does not fold yet. */
    opening: v.optional(v.nullable(openingBalance)),
  }),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: false,
});

export type Progress = v.InferOutput<typeof progress.schema>;
