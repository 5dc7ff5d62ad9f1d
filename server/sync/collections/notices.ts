import type * as v from 'valibot';
import type { notices } from '#domain/collections/notices.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof notices)['schema']>, 'id' | 'version'>;

interface NoticeRow extends IndexRow {
  readonly kind: Content['kind'];
  readonly code: string;
  readonly message: string;
  readonly collection: string | null;
  readonly about_id: string | null;
  readonly student_id: string | null;
  readonly created_at: string;
}

export const noticesReader = defineReader<NoticeRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, kind, code, message, collection, document_id as about_id, student_id, created_at
      from notices
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: () => [],
  toContent: (row) => ({
    kind: row.kind,
    code: row.code,
    message: row.message,
    collection: row.collection,
    documentId: row.about_id,
    studentId: row.student_id,
    createdAt: row.created_at,
  }),
});
