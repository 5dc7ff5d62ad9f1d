import type * as v from 'valibot';
import type { notes } from '#domain/collections/notes.ts';
import { defineReader, type IndexRow } from './reader.ts';

type Content = Omit<v.InferInput<(typeof notes)['schema']>, 'id' | 'version'>;

interface NoteRow extends IndexRow {
  readonly guardianship_id: string;
  readonly student_id: string;
  readonly completion_id: string;
  readonly author_id: string;
  readonly text_encrypted: Uint8Array | null;
  readonly helped: boolean | null;
}

export const notesReader = defineReader<NoteRow, Content>({
  select: (sql, source) => sql`
    select s.*, t.id is not null as is_present, t.*
    from ${source}
    left join lateral (
      select id, guardianship_id, student_id, completion_id, author_id, text_encrypted, helped
      from parent_notes
      where school_id = app.current_school_id() and id = s.document_id
      offset 0
    ) t on not s.is_deleted`,
  subjectsOf: (row) => (row.text_encrypted ? [row.student_id] : []),
  toContent: (row, ciphers) => ({
    guardianshipId: row.guardianship_id,
    studentId: row.student_id,
    completionId: row.completion_id,
    authorId: row.author_id,
    text:
      row.text_encrypted &&
      ciphers(row.student_id).decrypt({ table: 'parent_notes', column: 'text_encrypted', row: row.document_id }, row.text_encrypted),
    helped: row.helped,
  }),
});
