import type { CollectionName } from '#domain/collections/index.ts';
import { changedFields, isDeleted, isSameContent, type Fields } from '#domain/sync/merge.ts';
import type { PushResponse, Rejection, WireDocument } from '#domain/sync/protocol.ts';
import { tombstone } from '#domain/sync/tombstone.ts';
import type { QuarantineEntry } from '../data/device-store.ts';
import type { PushRow } from '../data/replication.ts';
import { Refused } from './http.ts';

export interface PushQueueOptions {
  /** @throws Unreachable | NotSignedIn | Refused */
  readonly send: (collection: CollectionName, rows: readonly PushRow[]) => Promise<PushResponse>;
  /** Whether the person wrote it here and the server has not acknowledged it. */
  readonly isOwnWork: (collection: CollectionName, id: string) => boolean;
  /** Resolves once the documents that the rows name have been sent, or it is plain that they will not be. */
  readonly references: (collection: CollectionName, rows: readonly PushRow[]) => Promise<void>;
  /** The server has refused this; it is durable on this device when it resolves. */
  readonly refuse: (entry: Omit<QuarantineEntry, 'at' | 'isKept'>) => Promise<void>;
  /** So many rows are through. */
  readonly onSent: (count: number) => void;
}

/** Fewer bytes than the server takes in one request, with room for the frame around them. */
const mostBytes = 2_000_000;

/** Sends one batch after the other, in the order in which RxDB hands them over; a later one may name what is in an earlier. */
export class PushQueue {
  readonly #options: PushQueueOptions;
  #last: Promise<unknown> = Promise.resolve();
  #running = 0;

  constructor(options: PushQueueOptions) {
    this.#options = options;
  }

  get isPushing(): boolean {
    return this.#running > 0;
  }

  /**
   * Pushes rows and returns the master's state of each that was not applied.
   *
   * @throws what `send` throws for a reason that passes; never for one that stays (S16)
   */
  async push(collection: CollectionName, rows: readonly PushRow[]): Promise<readonly WireDocument[]> {
    this.#running++;
    try {
      // What RxDB would send although the server has it: a merge that came out as the server's own state, and documents
      // that were pulled while the device died before it noted so. Neither is anybody's work.
      const { isOwnWork } = this.#options;
      const [settled, unsettled] = partition(rows, (row) => isSettled(row, (id) => isOwnWork(collection, id)));
      this.#options.onSent(settled.length);
      if (unsettled.length === 0) return [];
      await this.#options.references(collection, unsettled);
      const turn = this.#last.then(() => this.#sendAll(collection, unsettled));
      this.#last = turn.catch(() => undefined);
      return await turn;
    } finally {
      this.#running--;
    }
  }

  async #sendAll(collection: CollectionName, rows: readonly PushRow[]): Promise<WireDocument[]> {
    const masters: WireDocument[] = [];
    for (const batch of batchesOf(rows)) masters.push(...(await this.#sendBatch(collection, batch)));
    return masters;
  }

  async #sendBatch(collection: CollectionName, rows: readonly PushRow[]): Promise<WireDocument[]> {
    let answer: PushResponse;
    try {
      answer = await this.#options.send(collection, rows);
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      const [only] = rows;
      if (rows.length > 1 || !only) {
        // One row that the server cannot take must not hold back the rest: halve until it stands alone.
        const half = Math.ceil(rows.length / 2);
        return [...(await this.#sendBatch(collection, rows.slice(0, half))), ...(await this.#sendBatch(collection, rows.slice(half)))];
      }
      answer = { conflicts: [], rejections: [{ id: only.newDocumentState.id, code: reason.code, message: reason.message }] };
    }
    return this.#take(collection, rows, answer);
  }

  async #take(collection: CollectionName, rows: readonly PushRow[], { conflicts, rejections }: PushResponse): Promise<WireDocument[]> {
    const masters = new Map(conflicts.map((master) => [master.id, master]));
    const rowsById = new Map(rows.map((row) => [row.newDocumentState.id, row]));
    for (const rejection of rejections) {
      const row = rowsById.get(rejection.id);
      if (!row) continue;
      // First the copy, durable; only then may the server's state take the document's place (S15).
      await this.#options.refuse(toQuarantine(collection, row, rejection));
      if (!masters.has(rejection.id)) masters.set(rejection.id, { ...(row.assumedMasterState ?? tombstone(collection, rejection.id, 0)) });
    }
    this.#options.onSent(rows.filter(({ newDocumentState }) => !masters.has(newDocumentState.id)).length);
    return [...masters.values()];
  }
}

/** Where RxDB does not know the server's state, a document that once came from there and was not written here is the server's. */
function isSettled({ assumedMasterState, newDocumentState: own }: PushRow, isOwnWork: (id: string) => boolean): boolean {
  return assumedMasterState ? isSameContent(assumedMasterState, own) : own.version > 0 && !isOwnWork(own.id);
}

function toQuarantine(
  collection: CollectionName,
  { assumedMasterState: base, newDocumentState: own }: PushRow,
  { id, code, message }: Rejection,
) {
  const isNew = base === undefined || isDeleted(base);
  const kind = isDeleted(own) ? ('removed' as const) : isNew ? ('created' as const) : ('changed' as const);
  const fields: Fields = kind === 'removed' ? {} : changedFields(isNew ? undefined : base, own);
  return { collection, id, kind, fields, code, message };
}

function* batchesOf(rows: readonly PushRow[]): Generator<readonly PushRow[]> {
  let batch: PushRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    // Two bytes a character is more than most text needs and never less than a third too few.
    const size = 2 * JSON.stringify(row).length;
    if (batch.length > 0 && bytes + size > mostBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function partition<T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const one of all) (holds(one) ? yes : no).push(one);
  return [yes, no];
}
