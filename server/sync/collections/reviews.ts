import type * as v from 'valibot';
import type { reviews } from '#domain/collections/reviews.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof reviews)['schema']>, 'id' | 'version'>;

interface ReviewRow extends IndexRow {
  readonly student_id: string;
  readonly completion_id: string;
  readonly reviewer_id: string;
  readonly verdict: Content['verdict'];
  readonly restores: string | null;
  readonly comment_encrypted: Uint8Array | null;
  readonly voice_id: string | null;
  readonly sticker: string | null;
  readonly star: boolean;
  readonly captured_at: string;
}

export const reviewsReader = defineReader<ReviewRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, student_id, completion_id, reviewer_id, verdict, restores, comment_encrypted, voice_id, sticker, star, captured_at
      from completion_reviews
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: (row) => (row.comment_encrypted ? [row.student_id] : []),
  toContent: (row, ciphers) => ({
    studentId: row.student_id,
    completionId: row.completion_id,
    reviewerId: row.reviewer_id,
    verdict: row.verdict,
    restores: row.restores,
    comment:
      row.comment_encrypted &&
      ciphers(row.student_id).decrypt(
        { table: 'completion_reviews', column: 'comment_encrypted', row: row.document_id },
        row.comment_encrypted,
      ),
    voiceId: row.voice_id,
    sticker: row.sticker,
    star: row.star,
    capturedAt: row.captured_at,
  }),
});
