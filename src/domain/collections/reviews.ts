import * as v from 'valibot';
import { isoInstant } from '../calendar/dates.ts';
import { completionId, reviewId, studentId, userId } from '../ids.ts';
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
      sticker: v.nullable(v.pipe(v.string(), v.maxLength(40))),
      star: v.boolean(),
      capturedAt: isoInstant,
    }),
    v.check(
      (review) => (review.verdict === 'restored') === (review.restores !== null),
      'Only a restored verdict names the review it takes back.',
    ),
  ),
  indexedFields: { completionId: 'uuid' },
  indexes: [['completionId']],
  comesWholeFirst: false,
});

export type Review = v.InferOutput<typeof reviews.schema>;
