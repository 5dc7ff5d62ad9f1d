import type { BulkWriteRow, RxStorageBulkWriteResponse } from 'rxdb/plugins/core';
import type { LogDocument } from './log-document.ts';

export type LogRow = BulkWriteRow<LogDocument>;
export type LogAnswer = RxStorageBulkWriteResponse<LogDocument>;

/** A write that has not been answered yet. */
export interface WaitingWrite {
  readonly collection: string;
  readonly rows: readonly LogRow[];
  readonly context: string;
  readonly resolve: (answer: LogAnswer) => void;
  readonly reject: (reason: unknown) => void;
}

/** What waits to be written, in the order in which it came. */
export class WaitingWrites {
  #waiting: WaitingWrite[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(write: WaitingWrite): void {
    this.#waiting.push(write);
  }

  /** All that can go together. A second write of a document waits, and what follows it in its collection: what they may do follows from the first. */
  take(): WaitingWrite[] {
    const taken = new Map<string, Set<string>>();
    const held = new Set<string>();
    const left: WaitingWrite[] = [];
    const batch = this.#waiting.filter((write) => {
      const { collection, rows } = write;
      const ids = taken.get(collection) ?? new Set<string>();
      if (held.has(collection) || rows.some(({ document }) => ids.has(document.id))) {
        held.add(collection);
        left.push(write);
        return false;
      }
      for (const { document } of rows) ids.add(document.id);
      taken.set(collection, ids);
      return true;
    });
    this.#waiting = left;
    return batch;
  }

  rejectAll(reason: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}
