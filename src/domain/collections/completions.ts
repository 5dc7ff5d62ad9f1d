import * as v from 'valibot';
import { isoDate, isoInstant } from '../calendar/dates.ts';
import { evidenceLimits } from '../evidence/evidence.ts';
import { clubId, completionId, studentId, taskId, uuid } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

export const evidenceKind = v.picklist(['photo', 'audio', 'written', 'show_in_class']);
export type EvidenceKind = v.InferOutput<typeof evidenceKind>;
export const feeling = v.picklist(['easy', 'ok', 'tricky']);
/** What a piece without a task may have been. */
export const activity = v.picklist(['reading', 'practice']);
export type Activity = v.InferOutput<typeof activity>;

/** One attempt at a piece of homework, as the person who logged it owns it; what the server adds is its receipt. */
export const completions = defineCollection({
  name: 'completions',
  audiences: ['student'],
  pushedBy: { create: ['completion.create'], update: ['completion.update'] },
  schema: v.strictObject({
    ...documentEntries,
    studentId,
    clubId,
    taskId: v.nullable(taskId),
    previousAttemptId: v.nullable(completionId),
    /** The day the homework was done, in the school's time zone. */
    completionDate: isoDate,
    evidenceKind,
    writtenWork: v.nullable(v.pipe(v.string(), v.maxLength(4000, 'Written work is at most 4,000 characters.'))),
    evidenceIds: v.pipe(v.array(uuid), v.maxLength(evidenceLimits.files)),
    /** Minutes spent. */
    minutes: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(600))),
    feeling: v.nullable(feeling),
    /** What a piece without a task was, where somebody said so. */
    activity: v.nullable(activity),
    /** The device's clock when it was logged; never trusted, kept so that a wrong clock can be understood. */
    capturedAt: isoInstant,
    /** Milliseconds to add to the device's clock for the server's, as learned at the last contact; null when never learned. */
    clockOffsetMs: v.nullable(v.pipe(v.number(), v.integer())),
  }),
  indexedFields: { studentId: 'uuid', completionDate: 'date' },
  indexes: [['studentId', 'completionDate']],
  comesWholeFirst: false,
});

export type Completion = v.InferOutput<typeof completions.schema>;
