import type * as v from 'valibot';
import type { completions } from '#domain/collections/completions.ts';
import { defineReader, type IndexRow } from './reader.ts';

interface CompletionRow extends IndexRow {
  readonly student_id: string;
  readonly club_id: string;
  readonly task_id: string | null;
  readonly previous_attempt_id: string | null;
  readonly completion_date: string;
  readonly evidence_kind: Content['evidenceKind'];
  readonly written_work_encrypted: Uint8Array | null;
  readonly evidence_ids: string[];
  readonly minutes: number | null;
  readonly feeling: Content['feeling'];
  readonly activity: Content['activity'];
  readonly captured_at: string;
  readonly clock_offset_ms: number | null;
}

type Content = Omit<v.InferInput<(typeof completions)['schema']>, 'id' | 'version'>;

export const completionsReader = defineReader<CompletionRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, student_id, club_id, task_id, previous_attempt_id, completion_date, evidence_kind, written_work_encrypted,
        evidence_ids, minutes, feeling, activity, captured_at, clock_offset_ms
      from homework_completions
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: (row) => (row.written_work_encrypted ? [row.student_id] : []),
  toContent: (row, ciphers) => ({
    studentId: row.student_id,
    clubId: row.club_id,
    taskId: row.task_id,
    previousAttemptId: row.previous_attempt_id,
    completionDate: row.completion_date,
    evidenceKind: row.evidence_kind,
    writtenWork:
      row.written_work_encrypted &&
      ciphers(row.student_id).decrypt(
        { table: 'homework_completions', column: 'written_work_encrypted', row: row.document_id },
        row.written_work_encrypted,
      ),
    evidenceIds: row.evidence_ids,
    minutes: row.minutes,
    feeling: row.feeling,
    activity: row.activity,
    capturedAt: row.captured_at,
    clockOffsetMs: row.clock_offset_ms,
  }),
});
