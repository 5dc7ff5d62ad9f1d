import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import type { CommandPayload } from '#domain/collections/commands.ts';
import { completionId } from '#domain/ids.ts';
import { ask, type CommandsContext } from './commands.ts';

/** A move that was asked for. */
export type Move = CommandPayload<'move_completion'>;

/** Asks the school to write a piece anew under the child whose it is. */
export async function move(context: CommandsContext, asked: Omit<Move, 'newCompletionId'>): Promise<Move> {
  const payload = { ...asked, newCompletionId: v.parse(completionId, uuidv7()) };
  await ask(context, { kind: 'move_completion', payload });
  return payload;
}

/** Undoes a move: once the school has done it, the piece is moved back from where it is by then. */
export async function moveBack(context: CommandsContext, { studentId, toStudentId, newCompletionId }: Move): Promise<void> {
  await move(context, { studentId: toStudentId, completionId: newCompletionId, toStudentId: studentId });
}
