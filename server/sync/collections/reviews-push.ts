import { reviews, type Review } from '#domain/collections/reviews.ts';
import { bytesToJson, contentFields, type CollectionPusher } from './pusher.ts';

const appendOnly = () => Promise.reject(new Error('Broken promise: a review is never changed or removed'));

export const reviewsPusher: CollectionPusher<Review> = {
  collection: 'reviews',
  schema: reviews.schema,
  rules: { fields: contentFields(reviews.schema), isAppendOnly: true, scopeFields: ['studentId'] },
  instants: ['capturedAt'],
  fault: ({ reviewerId }, { userId }) => (reviewerId === userId ? null : 'wrong_author'),
  subjectsOf: ({ studentId }) => [studentId],
  codeWithoutKey: 'unknown_reference',

  // Reviews are only added: there is no row that another could change meanwhile.
  lock: () => Promise.resolve(),

  async insert(sql, documents, { ciphers }) {
    const pushed = documents.map((document) => ({
      id: document.id,
      completion_id: document.completionId,
      student_id: document.studentId,
      reviewer_id: document.reviewerId,
      verdict: document.verdict,
      restores: document.restores,
      comment_encrypted: bytesToJson(
        document.comment === null
          ? null
          : ciphers(document.studentId).encrypt(
              { table: 'completion_reviews', column: 'comment_encrypted', row: document.id },
              document.comment,
            ),
      ),
      voice_id: document.voiceId,
      sticker: document.sticker,
      star: document.star,
      captured_at: document.capturedAt,
    }));
    const rows = await sql<{ id: string }[]>`
      insert into completion_reviews (
        school_id, id, completion_id, student_id, reviewer_id, verdict, restores, comment_encrypted, voice_id, sticker, star,
        captured_at
      )
      select app.current_school_id(), id, completion_id, student_id, reviewer_id, verdict, restores, comment_encrypted, voice_id, sticker, star,
        captured_at
      from jsonb_to_recordset(${sql.json(pushed)}) as pushed(
        id uuid, completion_id uuid, student_id uuid, reviewer_id uuid, verdict text, restores uuid, comment_encrypted bytea, voice_id uuid,
        sticker text, star boolean, captured_at timestamptz
      )
      order by id
      on conflict (school_id, id) do nothing
      returning id`;
    return rows.map(({ id }) => id);
  },

  update: appendOnly,
  remove: appendOnly,
};
