import * as v from 'valibot';
import { leaderboards } from '#domain/collections/school.ts';
import type { Transaction } from '../database/connections.ts';
import { Problem } from '../http/problem.ts';

/** What is left out stays as it is. */
export const settingsBody = v.pipe(
  v.strictObject({
    leaderboard: v.optional(v.picklist(leaderboards)),
    hasBuddyGroups: v.optional(v.boolean()),
    colour: v.optional(v.pipe(v.string(), v.toLowerCase(), v.regex(/^#[0-9a-f]{6}$/, 'A colour looks like #2f6f4f.'))),
  }),
  v.check((settings) => Object.values(settings).some((value) => value !== undefined), 'Say what is to change.'),
);
export type SettingsBody = v.InferOutput<typeof settingsBody>;

/**
 * Changes what a school has switched on, and its colour. What a switch ends, ends with this very commit.
 *
 * @throws Problem `not_found` where the settings are not this person's to change
 */
export async function changeSettings(sql: Transaction, { leaderboard, hasBuddyGroups, colour }: SettingsBody): Promise<void> {
  // Security: the policy shows this row to change only where `school.update` reaches it.
  const changed = await sql`
    update schools set leaderboard = coalesce(${leaderboard ?? null}, leaderboard),
      has_buddy_groups = coalesce(${hasBuddyGroups ?? null}, has_buddy_groups), colour = coalesce(${colour ?? null}, colour)
    where school_id = app.current_school_id()`;
  if (changed.count === 0) throw new Problem('not_found');
}
