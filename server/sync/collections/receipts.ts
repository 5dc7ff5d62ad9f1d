import type * as v from 'valibot';
import type { receipts } from '#domain/collections/receipts.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof receipts)['schema']>, 'id' | 'version'>;

interface ReceiptRow extends IndexRow {
  readonly student_id: string;
  readonly logged_by: Content['loggedBy'];
  readonly received_at: string;
  readonly effective_date: string;
  readonly status: Content['status'];
  readonly punctuality: Content['punctuality'];
  readonly flags: Content['flags'];
}

export const receiptsReader = defineReader<ReceiptRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, student_id, logged_by, received_at, effective_date, status, punctuality, flags
      from homework_completions
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: () => [],
  toContent: (row) => ({
    studentId: row.student_id,
    loggedBy: row.logged_by,
    receivedAt: row.received_at,
    effectiveDate: row.effective_date,
    status: row.status,
    punctuality: row.punctuality,
    flags: row.flags,
  }),
});
