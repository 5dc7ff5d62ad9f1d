import type { Transaction } from '../database/connections.ts';

/** Everyone about whom nothing may be deleted today: an array, asked for once a statement. */
export function held(sql: Transaction, schoolId: string) {
  return sql`(select app.held_subjects(${schoolId}))::uuid[]`;
}
