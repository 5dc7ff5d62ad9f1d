import type * as v from 'valibot';
import type { excusedDays } from '#domain/collections/excused-days.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof excusedDays)['schema']>, 'id' | 'version'>;

interface ExcusedDayRow extends IndexRow {
  readonly student_id: string;
  readonly day: string;
  readonly state: Content['state'];
  readonly withdraws: string | null;
  readonly captured_at: string;
}

/** Not by whom: families and staff are told the fact, and nothing else. */
export const excusedDaysReader = defineReader<ExcusedDayRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, student_id, day, state, withdraws, captured_at
      from excused_days
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: () => [],
  toContent: (row) => ({
    studentId: row.student_id,
    day: row.day,
    state: row.state,
    withdraws: row.withdraws,
    capturedAt: row.captured_at,
  }),
});
