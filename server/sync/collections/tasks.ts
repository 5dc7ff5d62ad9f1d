import type * as v from 'valibot';
import type { tasks } from '#domain/collections/tasks.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof tasks)['schema']>, 'id' | 'version'>;

interface TaskRow extends IndexRow {
  readonly club_id: string;
  readonly class_id: string | null;
  readonly student_id: string | null;
  readonly task_group_id: string;
  readonly title: string;
  readonly instructions: string;
  readonly strand: string | null;
  readonly level: number | null;
  readonly evidence_kinds: Content['evidenceKinds'];
  readonly opens_on: string;
  readonly due_on: string | null;
}

export const tasksReader = defineReader<TaskRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, club_id, class_id, student_id, task_group_id, title, instructions, strand, level, evidence_kinds, opens_on, due_on
      from homework_tasks
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: () => [],
  toContent: (row) => ({
    clubId: row.club_id,
    classId: row.class_id,
    studentId: row.student_id,
    taskGroupId: row.task_group_id,
    title: row.title,
    instructions: row.instructions,
    strand: row.strand,
    level: row.level,
    evidenceKinds: row.evidence_kinds,
    opensOn: row.opens_on,
    dueOn: row.due_on,
  }),
});
