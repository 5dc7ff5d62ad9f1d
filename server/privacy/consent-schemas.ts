import * as v from 'valibot';
import { isoInstant } from '#domain/calendar/dates.ts';
import { uuid } from '#domain/ids.ts';

const decision = v.picklist(['given', 'withdrawn']);
const noticeVersion = v.pipe(v.number(), v.integer(), v.minValue(1));

export const decisionBody = v.strictObject({
  /** Made where it is decided, so that a request that is sent again decides once. */
  id: uuid,
  studentId: uuid,
  purpose: v.pipe(v.string(), v.maxLength(40)),
  /** Of the words that were shown. */
  noticeVersion,
  decision,
});
export type DecisionBody = v.InferOutput<typeof decisionBody>;

export const consentAnswer = v.object({
  /** The newest wording of each purpose. */
  notices: v.array(
    v.object({ name: v.string(), noticeVersion, lawfulBasis: v.picklist(['public_task', 'consent']), sentence: v.string() }),
  ),
  children: v.array(
    v.object({
      studentId: uuid,
      /** Whether this person decides for the child. */
      mayDecide: v.boolean(),
      /** The purposes that stand, whoever said so. */
      standing: v.array(v.string()),
      /** This person's own, the newest first. */
      decisions: v.array(v.object({ purpose: v.string(), noticeVersion, decision, decidedAt: isoInstant })),
    }),
  ),
});
export type ConsentAnswer = v.InferOutput<typeof consentAnswer>;
