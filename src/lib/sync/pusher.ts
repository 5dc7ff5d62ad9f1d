import type { CollectionName } from '#domain/collections/index.ts';
import type { WireDocument } from '#domain/sync/protocol.ts';
import type { OwnerStore } from '../data/device-store.ts';
import type { PushRow, Replication } from '../data/replication.ts';
import type { WorkAside } from '../data/setting-aside.ts';
import type { UnsentList } from '../data/unsent-list.ts';
import type { Changes } from './changes.ts';
import type { Floors } from './floors.ts';
import { PushQueue } from './push-queue.ts';
import type { ServerCalls } from './server-calls.ts';
import type { SyncEvent } from './status-machine.ts';

export interface PusherOptions {
  readonly calls: ServerCalls;
  readonly store: OwnerStore;
  readonly aside: WorkAside;
  readonly floors: Floors;
  readonly replications: ReadonlyMap<CollectionName, Replication>;
  readonly changes: Changes;
  readonly unsent: () => UnsentList;
  readonly onEvent: (event: SyncEvent) => void;
  /** A push is over, and what became of it is noted. */
  readonly onPushed: () => Promise<void>;
  readonly inBackground: (task: Promise<unknown>) => void;
}

const referencesWaitMs = 30_000;

/** Sends what people do on this device, and clears the list of what waits. */
export class Pusher {
  readonly #options: PusherOptions;
  readonly #queue: PushQueue;
  /** Pushes that RxDB has not finished with, and all that ever began. */
  #running = 0;
  #beginnings = 0;

  constructor(options: PusherOptions) {
    const { store, aside, onEvent } = options;
    this.#options = options;
    this.#queue = new PushQueue({
      send: (collection, rows) => this.#send(collection, rows),
      ownWork: async (collection, ids) => {
        const waiting = await store.unsent();
        return new Set(ids.filter((id) => waiting.has(collection, id)));
      },
      references: (collection, rows) => this.#referencesSent(collection, rows),
      refuse: (entry) => aside.refuse(entry),
      onSent: (count) => {
        onEvent({ type: 'sent', count });
      },
    });
  }

  get isRunning(): boolean {
    return this.#running > 0;
  }

  get beginnings(): number {
    return this.#beginnings;
  }

  /** RxDB's handler. @returns the master's state of each row that was not applied */
  async push(collection: CollectionName, rows: readonly PushRow[]): Promise<readonly WireDocument[]> {
    const { replications, floors, onEvent, inBackground } = this.#options;
    this.#beginnings++;
    this.#running++;
    try {
      if (replications.get(collection)?.isPulling()) await floors.lower(collection);
      return await this.#queue.push(collection, rows);
    } finally {
      if (!this.#queue.isPushing) onEvent({ type: 'send_ended' });
      inBackground(
        this.#afterPush(
          collection,
          rows.map(({ newDocumentState }) => newDocumentState.id),
        ),
      );
    }
  }

  /** Entries that were put down again after their document had arrived, or that outlived a killed tab. */
  async clearAllSettled(): Promise<void> {
    const { replications, unsent } = this.#options;
    for (const collection of replications.keys())
      if (unsent().hasAny(collection)) await this.#clearSettled(collection, unsent().idsOf(collection));
  }

  /** The push is over when RxDB has noted what became of it. */
  async #afterPush(collection: CollectionName, ids: readonly string[]): Promise<void> {
    const { replications, calls, onPushed } = this.#options;
    await replications.get(collection)?.idle('push');
    if (calls.signal.aborted) return;
    try {
      await this.#clearSettled(collection, ids);
    } finally {
      this.#running--;
    }
    await onPushed();
  }

  async #send(collection: CollectionName, rows: readonly PushRow[]) {
    const { aside, calls, onEvent, unsent } = this.#options;
    // What was refused before is judged anew.
    aside.accept(
      collection,
      rows.map(({ newDocumentState }) => newDocumentState.id),
    );
    try {
      return await calls.push(collection, rows, () => {
        onEvent({ type: 'send_began', total: Math.max(unsent().size, rows.length) });
      });
    } catch (reason) {
      onEvent({ type: 'send_ended' });
      throw reason;
    }
  }

  /** A mark must not arrive before the homework that it marks. */
  async #referencesSent(collection: CollectionName, rows: readonly PushRow[]): Promise<void> {
    if (collection !== 'reviews') return;
    const { changes, calls, unsent } = this.#options;
    const named = rows.map(({ newDocumentState }) => String(newDocumentState['completionId']));
    const isSent = () => !named.some((id) => unsent().has('completions', id));
    if (isSent()) return;
    // What arrived before a tab died has kept its entry.
    await this.#clearSettled('completions', named);
    await changes.until(isSent, referencesWaitMs, () => calls.signal.aborted);
  }

  /** Clears the entries of what the server has; a document that was changed again meanwhile keeps its entry. */
  async #clearSettled(collection: CollectionName, ids: readonly string[]): Promise<void> {
    const { replications, store } = this.#options;
    const settled = (await replications.get(collection)?.settled(ids)) ?? [];
    await store.removeUnsent(collection, settled);
  }
}
