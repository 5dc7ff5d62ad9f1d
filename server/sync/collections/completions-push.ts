import { completions, type Completion } from '#domain/collections/completions.ts';
import { bytesToJson, contentFields, type CollectionPusher, type WriteContext } from './pusher.ts';

export const completionsPusher: CollectionPusher<Completion> = {
  collection: 'completions',
  schema: completions.schema,
  rules: { fields: contentFields(completions.schema), isAppendOnly: false, scopeFields: ['studentId'] },
  instants: ['capturedAt'],
  fault: () => null,
  subjectsOf: ({ studentId }) => [studentId],
  codeWithoutKey: 'unknown_reference',

  async lock(sql, ids) {
    await sql`
      select from homework_completions
      where school_id = app.current_school_id() and id = any (${ids})
      order by id
      for no key update`;
  },

  async insert(sql, documents, context) {
    const rows = await sql<{ id: string }[]>`
      insert into homework_completions (
        school_id, id, student_id, club_id, task_id, previous_attempt_id, completion_date, evidence_kind, written_work_encrypted,
        evidence_ids, minutes, feeling, activity, captured_at, clock_offset_ms, device_id
      )
      select app.current_school_id(), id, student_id, club_id, task_id, previous_attempt_id, completion_date, evidence_kind, written_work_encrypted,
        evidence_ids, minutes, feeling, activity, captured_at, clock_offset_ms, ${context.deviceId}
      from jsonb_to_recordset(${sql.json(documents.map((document) => toRow(document, context)))}) as pushed(
        id uuid, student_id uuid, club_id uuid, task_id uuid, previous_attempt_id uuid, completion_date date, evidence_kind text,
        written_work_encrypted bytea, evidence_ids uuid[], minutes integer, feeling text, activity text, captured_at timestamptz, clock_offset_ms bigint
      )
      order by id
      on conflict (school_id, id) do nothing
      returning id`;
    return rows.map(({ id }) => id);
  },

  async update(sql, documents, context) {
    const rows = await sql<{ id: string }[]>`
      update homework_completions as standing
      set club_id = pushed.club_id, task_id = pushed.task_id, previous_attempt_id = pushed.previous_attempt_id,
        completion_date = pushed.completion_date, evidence_kind = pushed.evidence_kind,
        written_work_encrypted = pushed.written_work_encrypted, evidence_ids = pushed.evidence_ids, minutes = pushed.minutes,
        feeling = pushed.feeling, activity = pushed.activity, captured_at = pushed.captured_at, clock_offset_ms = pushed.clock_offset_ms
      from jsonb_to_recordset(${sql.json(documents.map((document) => toRow(document, context)))}) as pushed(
        id uuid, club_id uuid, task_id uuid, previous_attempt_id uuid, completion_date date, evidence_kind text,
        written_work_encrypted bytea, evidence_ids uuid[], minutes integer, feeling text, activity text, captured_at timestamptz, clock_offset_ms bigint
      )
      where standing.school_id = app.current_school_id() and standing.id = pushed.id
      returning standing.id`;
    return rows.map(({ id }) => id);
  },

  async remove(sql, ids) {
    const rows = await sql<{ id: string }[]>`
      delete from homework_completions where school_id = app.current_school_id() and id = any (${ids}) returning id`;
    return rows.map(({ id }) => id);
  },
};

function toRow(document: Completion, { ciphers }: WriteContext) {
  const cell = { table: 'homework_completions', column: 'written_work_encrypted', row: document.id };
  return {
    id: document.id,
    student_id: document.studentId,
    club_id: document.clubId,
    task_id: document.taskId,
    previous_attempt_id: document.previousAttemptId,
    completion_date: document.completionDate,
    evidence_kind: document.evidenceKind,
    written_work_encrypted: bytesToJson(
      document.writtenWork === null ? null : ciphers(document.studentId).encrypt(cell, document.writtenWork),
    ),
    evidence_ids: document.evidenceIds,
    minutes: document.minutes,
    feeling: document.feeling,
    activity: document.activity,
    captured_at: document.capturedAt,
    clock_offset_ms: document.clockOffsetMs,
  };
}
