import type { Command, CommandAnswer, CommandPayload } from '#domain/collections/commands.ts';
import { must } from '#domain/must.ts';
import type { Transaction } from '../../database/connections.ts';
import type { WriteContext } from '../collections/pusher.ts';
import { answerChildRequest, askForHelp } from './child-help.ts';
import { giveBadge } from './give-badge.ts';
import { moveCompletion } from './move-completion.ts';
import { placeOnLevel } from './place-on-level.ts';

/**
 * Does what a command asks for, as the policies let its author.
 *
 * @throws Refused, or PostgreSQL's refusal, where it cannot be done; then nothing of it is to stay
 */
export async function carryOut(sql: Transaction, command: Command, context: WriteContext): Promise<CommandAnswer> {
  switch (command.kind) {
    case 'flag_to_safeguarding_lead':
      return flag(sql, command.id, said(command.payload), context);
    case 'move_completion':
      return moveCompletion(sql, said(command.payload), context);
    case 'place_on_level':
      return placeOnLevel(sql, said(command.payload), context);
    case 'dissolve_buddy_group':
      return dissolve(sql, said(command.payload));
    case 'give_badge':
      return giveBadge(sql, said(command.payload));
    case 'ask_for_help':
      return askForHelp(sql, command.id, command.userId, said(command.payload), context);
    case 'answer_child_request':
      return answerChildRequest(sql, said(command.payload));
  }
}

function said<Payload>(payload: Payload | undefined): Payload {
  return must(payload, 'a command without a payload is not carried out');
}

/** Two people who flag the same piece have two concerns: each stands as it was raised. */
async function flag(
  sql: Transaction,
  id: string,
  { studentId, completionId, words }: CommandPayload<'flag_to_safeguarding_lead'>,
  { ciphers }: WriteContext,
): Promise<CommandAnswer> {
  const text = words && ciphers(studentId).encrypt({ table: 'safeguarding_flags', column: 'text_encrypted', row: id }, words);
  await sql`
    insert into safeguarding_flags (school_id, id, student_id, completion_id, reporter_id, text_encrypted)
    values (app.current_school_id(), ${id}, ${studentId}, ${completionId}, app.current_user_id(), ${text})`;
  return 'done';
}

async function dissolve(sql: Transaction, { groupId }: CommandPayload<'dissolve_buddy_group'>): Promise<CommandAnswer> {
  const [row] = await sql<{ isDissolved: boolean }[]>`select app.dissolve_group(${groupId}) as "isDissolved"`;
  return row?.isDissolved === true ? 'done' : 'already_done';
}
