import { tasks, type Task } from '#domain/collections/tasks.ts';
import { contentFields, type CollectionPusher } from './pusher.ts';

export const tasksPusher: CollectionPusher<Task> = {
  collection: 'tasks',
  schema: tasks.schema,
  rules: { fields: contentFields(tasks.schema), isAppendOnly: false, scopeFields: ['classId', 'studentId'], doesRemovalWin: true },
  instants: [],
  fault: () => null,
  // What a teacher sets is no child's: it lies open, as a class's name does.
  subjectsOf: () => [],
  codeWithoutKey: 'unknown_reference',

  async lock(sql, ids) {
    await sql`
      select from homework_tasks
      where school_id = app.current_school_id() and id = any (${ids})
      order by id
      for no key update`;
  },

  async insert(sql, documents) {
    const rows = await sql<{ id: string }[]>`
      insert into homework_tasks (
        school_id, id, club_id, class_id, student_id, task_group_id, title, instructions, strand, level, evidence_kinds, opens_on, due_on, set_by
      )
      select app.current_school_id(), id, club_id, class_id, student_id, task_group_id, title, instructions, strand, level, evidence_kinds,
        opens_on, due_on, app.current_user_id()
      from jsonb_to_recordset(${sql.json(documents.map(toRow))}) as pushed(
        id uuid, club_id uuid, class_id uuid, student_id uuid, task_group_id uuid, title text, instructions text, strand text, level integer,
        evidence_kinds text[], opens_on date, due_on date
      )
      order by id
      on conflict (school_id, id) do nothing
      returning id`;
    return rows.map(({ id }) => id);
  },

  async update(sql, documents) {
    const rows = await sql<{ id: string }[]>`
      update homework_tasks as standing
      set club_id = pushed.club_id, title = pushed.title, instructions = pushed.instructions, strand = pushed.strand, level = pushed.level,
        evidence_kinds = pushed.evidence_kinds, opens_on = pushed.opens_on, due_on = pushed.due_on
      from jsonb_to_recordset(${sql.json(documents.map(toRow))}) as pushed(
        id uuid, club_id uuid, title text, instructions text, strand text, level integer, evidence_kinds text[], opens_on date, due_on date
      )
      where standing.school_id = app.current_school_id() and standing.id = pushed.id and standing.removed_at is null
      returning standing.id`;
    return rows.map(({ id }) => id);
  },

  /** The row stays, unseen: homework that was logged for the task before the news of it arrived is taken all the same. */
  async remove(sql, ids) {
    const rows = await sql<{ id: string }[]>`
      update homework_tasks set removed_at = now()
      where school_id = app.current_school_id() and id = any (${ids}) and removed_at is null
      returning id`;
    return rows.map(({ id }) => id);
  },
};

function toRow(document: Task) {
  return {
    id: document.id,
    club_id: document.clubId,
    class_id: document.classId,
    student_id: document.studentId,
    task_group_id: document.taskGroupId,
    title: document.title,
    instructions: document.instructions,
    strand: document.strand,
    level: document.level,
    evidence_kinds: document.evidenceKinds,
    opens_on: document.opensOn,
    due_on: document.dueOn,
  };
}
