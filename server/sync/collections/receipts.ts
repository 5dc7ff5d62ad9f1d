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
  readonly evidence: Content['evidence'];
}

export const receiptsReader = defineReader<ReceiptRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, student_id, logged_by, received_at, effective_date, status, punctuality, flags, (
          select coalesce(jsonb_agg(jsonb_build_object('id', file.id, 'kind', file.kind, 'state', file.state, 'mediaType', file.media_type,
            'durationMs', file.duration_ms, 'refusal', file.refusal) order by array_position(completion.evidence_ids, file.id)), '[]')
          from evidence file
          where file.school_id = completion.school_id and file.completion_id = completion.id
        ) as evidence
      from homework_completions completion
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
    evidence: row.evidence,
  }),
});
