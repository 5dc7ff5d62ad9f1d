import * as v from 'valibot';
import { gardenStage } from '../boards/garden.ts';
import { isoDate } from '../calendar/dates.ts';
import { studentId } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

const face = { studentId, firstName: v.string(), avatar: v.string() };

/** What a class shows of a week, where its school has boards: see `src/domain/boards`. */
export const classBoard = v.object({
  /** The week that names and places are of. */
  monday: isoDate,
  /** The garden of this week and of the weeks before, the newest first; a week of fewer than ten children has none. */
  gardens: v.array(v.object({ monday: isoDate, stage: gardenStage })),
  /** The Hall of Effort. */
  effort: v.array(v.object(face)),
  /** The individual board; null where the school has none. */
  places: v.nullable(v.array(v.object({ ...face, place: v.number(), days: v.number() }))),
});
export type ClassBoard = v.InferOutput<typeof classBoard>;

/**
 * A class without its children: no child's name lies in this bucket, but those that a board may show, and these are delivered
 * to children of the class and its teachers alone.
 */
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
    /** Null where the school has none; missing from a server that had no boards yet. */
    board: v.optional(v.nullable(classBoard)),
  }),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});
