import * as v from 'valibot';
import { isoDate } from '../calendar/dates.ts';
import { badgeId, studentId, userId } from '../ids.ts';
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

/** By club id, then by strand, '' for none: approved pieces. */
const approvedByStrand = v.record(v.string(), v.record(v.string(), v.number()));
/** By the badge's id, the day on which it was earned. */
const badgeDays = v.record(v.string(), isoDate);

/** What stands for the work of closed weeks in points, levels and badges. */
export const earlierWork = v.object({
  points: v.number(),
  badges: badgeDays,
  approved: approvedByStrand,
  /** The same for clubs in which a teacher had placed the child: what was done since. */
  sincePlaced: approvedByStrand,
  /** Approved attempts that answered another. */
  again: v.number(),
  /** Times read; missing where it was folded before they were counted. */
  reading: v.optional(v.number()),
  /** Half-terms in which three of four weeks were met. */
  steadyHalfTerms: v.number(),
});
export type EarlierWork = v.InferOutput<typeof earlierWork>;

/** The level of a club by its number, with the pieces of the step that is growing and where a teacher put the child, if one did. */
const clubLevels = v.record(
  v.string(),
  v.object({
    level: v.number(),
    pieces: v.number(),
    placed: v.nullable(v.object({ level: v.number(), on: isoDate })),
  }),
);

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
  /** Of all weeks before that Monday, removed or archived; missing where it was folded before there were points. */
  work: v.optional(earlierWork),
});
export type OpeningBalance = v.InferOutput<typeof openingBalance>;

const givenBadge = v.object({ badgeId, on: isoDate, teacherId: userId });

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
    // Missing from a server that does not derive them yet.
    points: v.optional(v.number()),
    /** The personal level. */
    level: v.optional(v.number()),
    clubLevels: v.optional(clubLevels),
    badges: v.optional(badgeDays),
    /** What teachers gave, oldest first; never derived, so nothing that is derived takes it away. */
    given: v.optional(v.array(givenBadge)),
  }),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: false,
});

export type Progress = v.InferOutput<typeof progress.schema>;
