/** One entry of a log: what is in it is the log's matter. */
export interface LogEntry {
  /** From 1 on, without gaps; a log that was rewritten begins later. */
  readonly number: number;
  /** Null where it is there and does not open. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
}

/** Where a log lies. Several tabs may write one log: who is behind must read before it may write. */
export interface LogMedium {
  /** Entries after `number`, oldest first. */
  readAfter(number: number): Promise<LogEntry[]>;
  /**
   * Adds one entry after the entry `last`; durable when it resolves.
   *
   * @returns false when `last` is not the last entry: somebody else has written, and nothing was
   * @throws when it could not be kept, as on a full disk; then nothing was
   */
  append(last: number, bytes: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** Puts `entries` in the place of all that stands, under the same conditions. */
  rewrite(last: number, entries: readonly Uint8Array<ArrayBuffer>[]): Promise<boolean>;
  close(): void;
}

/** A log in memory: it outlives the closing of its database, as a disk does. */
export function memoryMedium(): LogMedium {
  let entries: LogEntry[] = [];
  const isLast = (number: number) => (entries.at(-1)?.number ?? 0) === number;
  const put = (after: number, added: readonly Uint8Array<ArrayBuffer>[]) => {
    entries.push(...added.map((bytes, index) => ({ number: after + 1 + index, bytes })));
  };
  return {
    readAfter: (number) => Promise.resolve(entries.filter((entry) => entry.number > number)),
    append: (last, bytes) => {
      if (!isLast(last)) return Promise.resolve(false);
      put(last, [bytes]);
      return Promise.resolve(true);
    },
    rewrite: (last, rewritten) => {
      if (!isLast(last)) return Promise.resolve(false);
      entries = [];
      put(last, rewritten);
      return Promise.resolve(true);
    },
    close: () => undefined,
  };
}
