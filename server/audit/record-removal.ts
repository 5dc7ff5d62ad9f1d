import type { Transaction } from '../database/connections.ts';

/** What one batch of retention removed. */
export interface RemovalEntry {
  readonly runId: string;
  readonly entityType: string;
  readonly removed: number;
}

/** Writes a DELETE entry for the job that has entered, in the batch's own transaction: beside the entries of the rows themselves. */
export async function recordRemoval(sql: Transaction, { runId, entityType, removed }: RemovalEntry): Promise<void> {
  await sql`select app.record_removal(${runId}, ${entityType}, ${removed})`;
}
