import type { Command } from '#domain/collections/commands.ts';

/** Ids of pieces that this person has asked to move to another child: in nobody's list until it is done, or was refused. */
export function movedAway(commands: readonly Command[]): ReadonlySet<string> {
  return new Set(
    commands.flatMap((command) => (command.kind === 'move_completion' && command.payload ? command.payload.completionId : [])),
  );
}
