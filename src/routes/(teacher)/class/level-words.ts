import { m } from '$lib/messages/generated/messages.js';
import type { Club } from '$lib/records/pieces.ts';

/** A level as staff read it, with the stage that children do not see; one beyond the ladder by its number. */
export function levelWords({ levels }: Pick<Club, 'levels'>, number: number): string {
  const level = levels.find((one) => one.number === number);
  return level ? m.levels_name({ name: level.name, stage: level.stage }) : m.levels_number({ number });
}
