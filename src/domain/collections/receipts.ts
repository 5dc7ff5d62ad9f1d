import * as v from 'valibot';
import { isoDate, isoInstant } from '../calendar/dates.ts';
import { evidenceReceipt } from '../evidence/evidence.ts';
import { studentId } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

export const completionStatus = v.picklist(['submitted', 'approved', 'returned', 'void']);
export type CompletionStatus = v.InferOutput<typeof completionStatus>;

/** What the server made of a completion; its id is the completion's. */
export const receipts = defineCollection({
  name: 'receipts',
  audiences: ['student'],
  pushedBy: null,
  schema: v.object({
    ...documentEntries,
    studentId,
    loggedBy: v.picklist(['child', 'parent', 'teacher', 'class_device']),
    receivedAt: isoInstant,
    /** The day it counts for: `completionDate`, clamped where the device's clock cannot have been right. */
    effectiveDate: isoDate,
    status: completionStatus,
    punctuality: v.nullable(v.picklist(['early', 'on_time', 'late'])),
    flags: v.array(v.picklist(['date_clamped'])),
    /** In the order in which the completion names them. */
    evidence: v.array(evidenceReceipt),
  }),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: false,
});

export type Receipt = v.InferOutput<typeof receipts.schema>;
