import { cheers, type Cheer } from '#domain/collections/cheers.ts';
import { contentFields, type CollectionPusher } from './pusher.ts';

const appendOnly = () => Promise.reject(new Error('Broken promise: a cheer is never changed or removed'));

export const cheersPusher: CollectionPusher<Cheer> = {
  collection: 'cheers',
  schema: cheers.schema,
  rules: { fields: contentFields(cheers.schema), isAppendOnly: true, scopeFields: ['groupId'] },
  instants: ['capturedAt'],
  fault: ({ studentId }, { userId }) => (studentId === userId ? null : 'wrong_author'),
  // Nothing of it is sealed, but of a child who was erased nothing is taken.
  subjectsOf: ({ studentId }) => (studentId === null ? [] : [studentId]),
  codeWithoutKey: 'unknown_reference',

  // Rows are only added: there is none that another could change meanwhile.
  lock: () => Promise.resolve(),

  async insert(sql, documents) {
    const pushed = documents.map(({ id, groupId, studentId, phrase, capturedAt }) => ({
      id,
      group_id: groupId,
      student_id: studentId,
      phrase,
      captured_at: capturedAt,
    }));
    const rows = await sql<{ id: string }[]>`
      insert into buddy_cheers (school_id, id, group_id, student_id, phrase, captured_at)
      select app.current_school_id(), id, group_id, student_id, phrase, captured_at
      from jsonb_to_recordset(${sql.json(pushed)}) as pushed(id uuid, group_id uuid, student_id uuid, phrase integer, captured_at timestamptz)
      order by id
      on conflict (school_id, id) do nothing
      returning id`;
    return rows.map(({ id }) => id);
  },

  update: appendOnly,
  remove: appendOnly,
};
