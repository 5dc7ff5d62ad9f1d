import type { Transaction } from '../database/connections.ts';

export interface Reading {
  /** What was read: `first_sync`, `evidence`, `export`, `record`. */
  readonly entity: string;
  readonly entityId: string;
  /** Whose data it is, where it is one person's. */
  readonly subjectId: string | null;
  /** Counts and names, never words. */
  readonly facts: Readonly<Record<string, number | string | readonly string[]>>;
}

/**
 * Writes a READ entry for the person, or the job, that has entered. For evidence, exports, a child's full record and lists of
 * many; in a transaction that may write, and before what was read is handed out.
 */
export async function recordRead(sql: Transaction, { entity, entityId, subjectId, facts }: Reading): Promise<void> {
  await sql`select app.record_read(${entity}, ${entityId}, ${subjectId}, ${sql.json(facts)})`;
}
