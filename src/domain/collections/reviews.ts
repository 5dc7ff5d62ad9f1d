import * as v from 'valibot';
import { isoInstant } from '../calendar/dates.ts';
import { completionId, reviewId, studentId, userId, uuid } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

export const verdict = v.picklist(['approved', 'returned', 'void', 'restored']);
export type Verdict = v.InferOutput<typeof verdict>;

/** A teacher's verdict on one attempt; append only. `restored` takes back the review that `restores` names (undo). */
export const reviews = defineCollection({
  name: 'reviews',
  audiences: ['student'],
  pushedBy: { create: ['completion.review'], update: null },
  schema: v.pipe(
    v.strictObject({
      ...documentEntries,
      studentId,
      completionId,
      /** Must be the signed-in person; the server refuses any other. */
      reviewerId: userId,
      verdict,
      restores: v.nullable(reviewId),
      comment: v.nullable(v.pipe(v.string(), v.maxLength(1000, 'A comment is at most 1,000 characters.'))),
      /** What the reviewer says, as a file of evidence: it follows the review as a child's files follow homework (S25). */
      voiceId: v.nullable(uuid),
      sticker: v.nullable(v.pipe(v.string(), v.maxLength(40))),
      star: v.boolean(),
      capturedAt: isoInstant,
    }),
    v.check(
      (review) => (review.verdict === 'restored') === (review.restores !== null),
      'Only a restored verdict names the review it takes back.',
    ),
    v.check(
      ({ verdict: given, voiceId }) => voiceId === null || given === 'approved' || given === 'returned',
      'A voice goes with an approval or with “try again”.',
    ),
  ),
  indexedFields: { completionId: 'uuid' },
  indexes: [['completionId']],
  comesWholeFirst: false,
});

export type Review = v.InferOutput<typeof reviews.schema>;
