import * as v from 'valibot';
import type { Transaction } from '../database/connections.ts';
import { Problem } from '../http/problem.ts';

export const mailLanguages = ['en-GB', 'cy'] as const;
export type MailLanguage = (typeof mailLanguages)[number];

/** What a parent has chosen. Off until it is switched on: whatever is not said, or not understood, is a no. */
const preferences = v.object({
  weeklyDigest: v.fallback(v.boolean(), false),
  language: v.fallback(v.picklist(mailLanguages), 'en-GB'),
});
export type Preferences = v.InferOutput<typeof preferences>;

/** @throws Problem `not_found` where the caller is no parent */
export async function readPreferences(sql: Transaction): Promise<Preferences> {
  const [row] = await sql<{ preferences: unknown }[]>`
    select preferences from parents where school_id = app.current_school_id() and id = app.current_user_id()`;
  if (!row) throw new Problem('not_found');
  return v.parse(preferences, row.preferences);
}

/** Changes these and leaves all else. @throws Problem `not_found` where the caller is no parent */
export async function changePreferences(sql: Transaction, changed: Preferences): Promise<void> {
  const rows = await sql`
    update parents set preferences = preferences || ${JSON.stringify(changed)}::text::jsonb
    where school_id = app.current_school_id() and id = app.current_user_id() returning id`;
  if (rows.length === 0) throw new Problem('not_found');
}
