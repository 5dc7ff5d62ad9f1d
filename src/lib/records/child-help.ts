import * as v from 'valibot';
import { requestAnswer, type ChildRequest, type RequestAnswer } from '#domain/collections/child-requests.ts';
import type { Command } from '#domain/collections/commands.ts';
import type { DocumentOf } from '#domain/collections/index.ts';

/** How what a child asked about a piece stands: on its way, with a teacher, or answered. */
export type HelpStanding = 'waits' | 'will_look' | RequestAnswer;

const told = v.union([v.literal('will_look'), requestAnswer]);

/** What was asked last about each piece, by the piece's id, from what waits on this device and what the school has told. */
export function helpByPiece(commands: readonly Command[], notices: readonly DocumentOf<'notices'>[]): ReadonlyMap<string, HelpStanding> {
  const standings = new Map<string, HelpStanding>();
  for (const notice of notices.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt))) {
    const answer = v.safeParse(told, notice.code);
    if (notice.kind === 'command' && notice.collection === 'completions' && notice.documentId !== null && answer.success)
      standings.set(notice.documentId, answer.output);
  }
  for (const command of commands) {
    // A worry names no piece, and shows nowhere.
    if (command.kind !== 'ask_for_help' || !command.payload || command.payload.about === 'worry') continue;
    if (command.payload.completionId !== null) standings.set(command.payload.completionId, 'waits');
  }
  return standings;
}

/** What still waits for a teacher, the oldest first; not what this teacher has just answered. */
export function openRequests(requests: readonly ChildRequest[], commands: readonly Command[]): ChildRequest[] {
  const answered = new Set(
    commands.flatMap((command) => (command.kind === 'answer_child_request' && command.payload ? command.payload.requestId : [])),
  );
  return requests
    .filter(({ id, state }) => state === 'open' && !answered.has(id))
    .sort((one, other) => one.createdAt.localeCompare(other.createdAt) || one.id.localeCompare(other.id));
}
