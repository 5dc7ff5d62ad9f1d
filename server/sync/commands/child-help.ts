import type { CommandAnswer, CommandPayload } from '#domain/collections/commands.ts';
import { must } from '#domain/must.ts';
import type { Transaction } from '../../database/connections.ts';
import { Refused } from '../apply.ts';
import type { WriteContext } from '../collections/pusher.ts';

type Help = CommandPayload<'ask_for_help'>;

/**
 * What a child asks, for itself alone. A worry is never bounded nor refused for what it says, so that none is lost; a question that
 * still waits is not asked twice.
 */
export async function askForHelp(
  sql: Transaction,
  id: string,
  childId: string,
  help: Help,
  { ciphers }: WriteContext,
): Promise<CommandAnswer> {
  if (help.about === 'worry') {
    const seal = (column: string, text: string) => ciphers(childId).encrypt({ table: 'safeguarding_flags', column, row: id }, text);
    await sql`
      insert into safeguarding_flags (school_id, id, student_id, reporter_id, about_encrypted, text_encrypted)
      values (app.current_school_id(), ${id}, ${childId}, app.current_user_id(), ${seal('about_encrypted', help.topic)},
        ${help.words && seal('text_encrypted', help.words)})`;
    return 'done';
  }
  const { completionId } = help;
  if (completionId !== null) {
    const own = await sql`
      select from homework_completions
      where school_id = app.current_school_id() and student_id = ${childId} and id = ${completionId}`;
    if (own.length === 0) throw new Refused('unknown_reference');
  }
  const added = await sql`
    insert into child_requests (school_id, id, student_id, kind, topic, completion_id, task_id)
    values (app.current_school_id(), ${id}, ${childId}, ${help.about}, ${help.topic}, ${completionId},
      ${help.about === 'ask' ? help.taskId : null})
    on conflict do nothing`;
  return added.count > 0 ? 'done' : 'already_done';
}

/** A teacher's answer; where it is to be deleted, that is done with it. The first answer stands. */
export async function answerChildRequest(
  sql: Transaction,
  { studentId, requestId, answer }: CommandPayload<'answer_child_request'>,
): Promise<CommandAnswer> {
  const answered = await sql`
    update child_requests set state = 'answered', answer = ${answer}, answered_by = app.current_user_id(), answered_at = now()
    where school_id = app.current_school_id() and student_id = ${studentId} and id = ${requestId} and state = 'open'`;
  if (answered.count > 0) {
    if (answer !== 'removed') return 'done';
    const [row] = await sql<{ isRemoved: boolean }[]>`select app.remove_work(${requestId}) as "isRemoved"`;
    if (!must(row, 'a function answers').isRemoved) throw new Refused('already_moved');
    return 'done';
  }
  const [standing] = await sql<{ isThere: boolean }[]>`
    select exists (
      select from child_requests where school_id = app.current_school_id() and student_id = ${studentId} and id = ${requestId}
    ) as "isThere"`;
  if (!must(standing, 'exists is a row').isThere) throw new Refused('not_allowed');
  return 'already_done';
}
