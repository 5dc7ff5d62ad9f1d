import type { ChildRequest } from '#domain/collections/child-requests.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<ChildRequest, 'id' | 'version'>;

interface ChildRequestRow extends IndexRow {
  readonly student_id: string;
  readonly kind: ChildRequest['kind'];
  readonly topic: string;
  readonly completion_id: string | null;
  readonly task_id: string | null;
  readonly state: ChildRequest['state'];
  readonly answer: string | null;
  readonly created_at: string;
}

export const childRequestsReader = defineReader<ChildRequestRow, Record<keyof Content, string | null>>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, student_id, kind, topic, completion_id, task_id, state, answer, created_at
      from child_requests
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: () => [],
  toContent: (row) => ({
    studentId: row.student_id,
    kind: row.kind,
    topic: row.topic,
    completionId: row.completion_id,
    taskId: row.task_id,
    state: row.state,
    answer: row.answer,
    createdAt: row.created_at,
  }),
});
