import { notes, type Note } from '#domain/collections/notes.ts';
import { bytesToJson, contentFields, type CollectionPusher, type WriteContext } from './pusher.ts';

export const notesPusher: CollectionPusher<Note> = {
  collection: 'notes',
  schema: notes.schema,
  rules: { fields: contentFields(notes.schema), isAppendOnly: false, scopeFields: ['guardianshipId'] },
  instants: [],
  fault: ({ authorId }, { userId }) => (authorId === userId ? null : 'wrong_author'),
  subjectsOf: ({ studentId }) => [studentId],
  codeWithoutKey: 'unknown_reference',

  async lock(sql, ids) {
    await sql`
      select from parent_notes
      where school_id = app.current_school_id() and id = any (${ids})
      order by id
      for no key update`;
  },

  async insert(sql, documents, context) {
    const pushed = documents.map((document) => toRow(document, context));
    const rows = await sql<{ id: string }[]>`
      insert into parent_notes (school_id, id, guardianship_id, student_id, completion_id, author_id, text_encrypted, helped)
      select app.current_school_id(), id, guardianship_id, student_id, completion_id, author_id, text_encrypted, helped
      from jsonb_to_recordset(${sql.json(pushed)}) as pushed(
        id uuid, guardianship_id uuid, student_id uuid, completion_id uuid, author_id uuid, text_encrypted bytea, helped boolean
      )
      order by id
      on conflict (school_id, id) do nothing
      returning id`;
    return rows.map(({ id }) => id);
  },

  // What it is about never changes: a row that says otherwise is not the same note.
  async update(sql, documents, context) {
    const pushed = documents.map((document) => toRow(document, context));
    const rows = await sql<{ id: string }[]>`
      update parent_notes as standing
      set text_encrypted = pushed.text_encrypted, helped = pushed.helped
      from jsonb_to_recordset(${sql.json(pushed)}) as pushed(
        id uuid, student_id uuid, completion_id uuid, author_id uuid, text_encrypted bytea, helped boolean
      )
      where standing.school_id = app.current_school_id() and standing.id = pushed.id and standing.student_id = pushed.student_id
        and standing.completion_id = pushed.completion_id and standing.author_id = pushed.author_id
      returning standing.id`;
    return rows.map(({ id }) => id);
  },

  async remove(sql, ids) {
    const rows = await sql<{ id: string }[]>`
      delete from parent_notes where school_id = app.current_school_id() and id = any (${ids}) returning id`;
    return rows.map(({ id }) => id);
  },
};

function toRow(document: Note, { ciphers }: WriteContext) {
  const cell = { table: 'parent_notes', column: 'text_encrypted', row: document.id };
  return {
    id: document.id,
    guardianship_id: document.guardianshipId,
    student_id: document.studentId,
    completion_id: document.completionId,
    author_id: document.authorId,
    text_encrypted: bytesToJson(document.text === null ? null : ciphers(document.studentId).encrypt(cell, document.text)),
    helped: document.helped,
  };
}
