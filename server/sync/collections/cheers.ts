import type * as v from 'valibot';
import type { cheers } from '#domain/collections/cheers.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof cheers)['schema']>, 'id' | 'version'>;

interface CheerRow extends IndexRow {
  readonly group_id: string;
  readonly student_id: string | null;
  readonly phrase: number;
  readonly captured_at: string;
}

/** Whose a cheer is as long as the group knows them: of who has left, or whose family does not agree, nothing but the phrase. */
export const cheersReader = defineReader<CheerRow, Content>({
  select: (sql, source) => sql`
    with found as (
      select s.*, t.*
      from ${source}
      left join lateral (
        select id, group_id, student_id as sent_by, phrase, captured_at
        from buddy_cheers
        where school_id = app.current_school_id() and id = s.document_id
        offset 0
      ) t on not s.is_deleted
    )
    select found.*, found.id is not null as is_present, member.student_id
    from found
    left join app.group_members(array(select distinct group_id from found where group_id is not null)) member
      on member.group_id = found.group_id and member.student_id = found.sent_by`,
  subjectsOf: () => [],
  toContent: (row) => ({
    groupId: row.group_id,
    studentId: row.student_id,
    phrase: row.phrase,
    capturedAt: row.captured_at,
  }),
});
