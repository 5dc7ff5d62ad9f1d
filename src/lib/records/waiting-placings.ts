import type { Command } from '#domain/collections/commands.ts';

/** The levels, by club id, on which this person has asked to place a child, and of which the school has yet to hear. The last counts. */
export function waitingPlacings(commands: readonly Command[], studentId: string): ReadonlyMap<string, number> {
  const asked = commands
    .toSorted((one, other) => one.id.localeCompare(other.id))
    .flatMap((command) => (command.kind === 'place_on_level' && command.payload?.studentId === studentId ? command.payload : []));
  return new Map(asked.map(({ clubId, level }) => [clubId, level]));
}
