import * as v from 'valibot';
import type { CollectionName } from '#domain/collections/index.ts';
import type { WireDocument } from '#domain/sync/protocol.ts';
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
/** Sends what people do on this device. */
export class Pusher {
  readonly #options: PusherOptions;
  readonly #queue: PushQueue;
  /** Pushes that RxDB has not finished with, and all that ever began. */
  #running = 0;
  #beginnings = 0;

  constructor(options: PusherOptions) {
    const { unsent, aside, onEvent } = options;
    this.#options = options;
    this.#queue = new PushQueue({
      send: (collection, rows) => this.#send(collection, rows),
      isOwnWork: (collection, id) => unsent().has(collection, id),
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
      inBackground(this.#afterPush(collection));
    }
  }

  /** The push is over when RxDB has noted what became of it. */
  async #afterPush(collection: CollectionName): Promise<void> {
    const { replications, calls, changes, onPushed } = this.#options;
    await replications.get(collection)?.idle('push');
    this.#running--;
    changes.tell();
    if (!calls.signal.aborted) await onPushed();
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

  /** What is said of a piece of homework, by a mark, a note or a command, must not arrive before it, nor the homework before its task. */
  async #referencesSent(collection: CollectionName, rows: readonly PushRow[]): Promise<void> {
    const { changes, calls, unsent } = this.#options;
    const references = referencesOf[collection];
    if (references === undefined) return;
    const named = rows.flatMap(({ newDocumentState }) => references.namedBy(newDocumentState));
    const isSent = () => !named.some((id) => unsent().has(references.to, id));
    await changes.until(isSent, referencesWaitMs, () => calls.signal.aborted);
  }
}

const ofCompletion = v.union([
  v.object({ completionId: v.string() }),
  v.pipe(
    v.object({ payload: v.object({ completionId: v.string() }) }),
    v.transform(({ payload }) => payload),
  ),
]);

const ofTask = v.object({ taskId: v.string() });

function completionNamedBy(document: WireDocument): string[] {
  const named = v.safeParse(ofCompletion, document);
  return named.success ? [named.output.completionId] : [];
}

function taskNamedBy(document: WireDocument): string[] {
  const named = v.safeParse(ofTask, document);
  return named.success ? [named.output.taskId] : [];
}

/** What the documents of a collection name in another. */
const referencesOf: Partial<
  Record<CollectionName, { readonly to: CollectionName; readonly namedBy: (document: WireDocument) => string[] }>
> = {
  completions: { to: 'tasks', namedBy: taskNamedBy },
  reviews: { to: 'completions', namedBy: completionNamedBy },
  notes: { to: 'completions', namedBy: completionNamedBy },
  commands: { to: 'completions', namedBy: completionNamedBy },
};
