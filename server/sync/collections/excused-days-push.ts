import { excusedDays, type ExcusedDay } from '#domain/collections/excused-days.ts';
import { contentFields, type CollectionPusher } from './pusher.ts';

const appendOnly = () => Promise.reject(new Error('Broken promise: an excused day is never changed or removed'));

export const excusedDaysPusher: CollectionPusher<ExcusedDay> = {
  collection: 'excused_days',
  schema: excusedDays.schema,
  rules: { fields: contentFields(excusedDays.schema), isAppendOnly: true, scopeFields: ['studentId'] },
  instants: ['capturedAt'],
  fault: () => null,
  // Nothing of it is sealed, but of a child who was erased nothing is taken.
  subjectsOf: ({ studentId }) => [studentId],
  codeWithoutKey: 'unknown_reference',

  // Rows are only added: there is none that another could change meanwhile.
  lock: () => Promise.resolve(),

  async insert(sql, documents, { deviceId }) {
    const pushed = documents.map(({ id, studentId, day, state, withdraws, capturedAt }) => ({
      id,
      student_id: studentId,
      day,
      state,
      withdraws,
      captured_at: capturedAt,
    }));
    const rows = await sql<{ id: string }[]>`
      insert into excused_days (school_id, id, student_id, day, state, withdraws, captured_at, device_id)
      select app.current_school_id(), id, student_id, day, state, withdraws, captured_at, ${deviceId}
      from jsonb_to_recordset(${sql.json(pushed)}) as pushed(
        id uuid, student_id uuid, day date, state text, withdraws uuid, captured_at timestamptz
      )
      order by id
      on conflict (school_id, id) do nothing
      returning id`;
    return rows.map(({ id }) => id);
  },

  update: appendOnly,
  remove: appendOnly,
};
