import type { LogNames } from './log-names.ts';
import type { LogMedium } from './medium.ts';
import type { LogAnswer, LogRow } from './waiting-writes.ts';

/** Where a collection's documents are queried: it takes what the log has kept, in the log's order. */
export interface LogReader {
  bulkWrite(rows: LogRow[], context: string): Promise<LogAnswer>;
}

export interface LogOptions {
  readonly medium: LogMedium;
  readonly names: LogNames;
  /** Between the tabs that have this log open; null where there is only this one. */
  readonly channel: BroadcastChannel | null;
  /** The list of what waits has changed. */
  readonly onUnsent: () => void;
  /** The log was damaged, and goes on with what could be read. */
  readonly onDamage: () => void;
}
