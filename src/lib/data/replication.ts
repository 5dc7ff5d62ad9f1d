import { getAssumedMasterState, getMetaWriteRow, setCheckpoint, type RxCollection, type WithDeleted } from 'rxdb/plugins/core';
import { replicateRxCollection, type RxReplicationState } from 'rxdb/plugins/replication';
import { filter, firstValueFrom, Subject } from 'rxjs';
import * as v from 'valibot';
import type { CollectionName } from '#domain/collections/index.ts';
import { checkpoint as checkpointSchema, type Checkpoint, type WireDocument } from '#domain/sync/protocol.ts';
import type { StoredDocument } from './json-schema.ts';
import { replicationIdentifier } from './log/log-names.ts';

export interface PushRow {
  readonly assumedMasterState: WireDocument | undefined;
  readonly newDocumentState: WireDocument;
}

export interface ReplicationHandlers {
  readonly pageSize: number;
  /** A handler that throws is asked again at once: it must wait by itself before it asks the network again (S16). */
  pull(checkpoint: Checkpoint | null, limit: number): Promise<{ documents: readonly WireDocument[]; checkpoint: Checkpoint | null }>;
  /** Absent where only the server writes. Returns the master's state of each row that was not applied. */
  readonly push?: { readonly batchSize: number; send(rows: readonly PushRow[]): Promise<readonly WireDocument[]> };
  /** Pulled documents could not be kept (S24); the replication has stopped and its checkpoint has not moved. */
  onPersistFailure(reason: unknown): void;
}

/** The running exchange of one collection with the server. */
export interface Replication {
  readonly collection: CollectionName;
  /** Pulls what is new, and pushes what waits. */
  resync(): void;
  /** S22: looks through every document again for what was never pushed; of `ids` alone, through those and what is younger. */
  sweep(ids?: readonly string[]): Promise<void>;
  /** S21, S23: the next pull begins from `checkpoint`; null is from nothing. */
  rewind(checkpoint: Checkpoint | null): Promise<void>;
  /** Keeps documents that were pulled in another way, and moves the stored checkpoint on to `checkpoint`. */
  deliver(documents: readonly WireDocument[], checkpoint: Checkpoint): void;
  /** Takes documents away as if the server had sent their tombstones; local work that waits is not touched. */
  remove(tombstones: readonly WireDocument[]): void;
  /** Forgets that the server had these documents: the next sweep pushes them again. */
  forget(ids: readonly string[]): Promise<void>;
  isPulling(): boolean;
  /** Resolves when no pull, or no push, is running. */
  idle(direction: 'pull' | 'push'): Promise<void>;
  cancel(): Promise<void>;
}

const fromNothing = { epoch: 0, forward: null, back: null };

/** Joins one collection to the server by RxDB's replication protocol. */
export function replicate(collection: RxCollection<StoredDocument>, name: CollectionName, handlers: ReplicationHandlers): Replication {
  const stream = new Subject<'RESYNC' | { documents: WithDeleted<StoredDocument>[]; checkpoint: unknown }>();
  const { push } = handlers;
  const state: RxReplicationState<StoredDocument, unknown> = replicateRxCollection({
    replicationIdentifier: replicationIdentifier(name),
    collection,
    live: true,
    // The handlers wait by themselves; RxDB's own pause is fixed and without jitter.
    retryTime: 20,
    waitForLeadership: false,
    toggleOnDocumentVisible: false,
    pull: {
      batchSize: handlers.pageSize,
      stream$: stream,
      handler: async (stored, limit) => {
        const page = await handlers.pull(toCheckpoint(stored), limit);
        return { documents: page.documents.map((document) => ({ ...document })), checkpoint: page.checkpoint };
      },
    },
    ...(push && {
      push: {
        batchSize: push.batchSize,
        handler: async (rows) =>
          [
            ...(await push.send(
              rows.map(({ assumedMasterState, newDocumentState }) => ({
                assumedMasterState: assumedMasterState ?? undefined,
                newDocumentState,
              })),
            )),
          ].map((document) => ({ ...document })),
      },
    }),
  });

  state.error$.subscribe((error) => {
    // A handler's failure carries its direction and is asked again. Anything else is a page that was not persisted:
    // stop before the next page can move the checkpoint past it (S24).
    if ('parameters' in error && 'direction' in error.parameters) return;
    state.internalReplicationState?.events.canceled.next(true);
    handlers.onPersistFailure(error);
  });

  // A replication that is cancelled before it began never starts.
  const cancelled = new Promise<void>((resolve) => state.canceled$.subscribe((isCancelled) => void (isCancelled === true && resolve())));
  async function started() {
    await Promise.race([state.startPromise, cancelled]);
    return state.isStopped() ? undefined : state.internalReplicationState;
  }

  return {
    collection: name,
    resync: () => {
      stream.next('RESYNC');
    },
    sweep: async (ids) => {
      const internal = await started();
      if (!internal) return;
      const waiting = ids && (await internal.input.forkInstance.findDocumentsById([...ids], true));
      // Whatever the clock did: by these documents' own stamps all of them come again, and little else.
      const before = waiting ? Math.min(...waiting.map(({ _meta }) => _meta.lwt)) - 1 : 0;
      if (!Number.isFinite(before)) return;
      internal.streamQueue.up = internal.streamQueue.up.then(() => setCheckpoint(internal, 'up', { id: '', lwt: Math.max(0, before) }));
      await internal.streamQueue.up;
      stream.next('RESYNC');
    },
    rewind: async (checkpoint) => {
      const internal = await started();
      if (!internal) return;
      internal.streamQueue.down = internal.streamQueue.down.then(() => setCheckpoint(internal, 'down', checkpoint ?? fromNothing));
      await internal.streamQueue.down;
    },
    deliver: (documents, checkpoint) => {
      stream.next({ documents: documents.map((document) => ({ ...document })), checkpoint });
    },
    remove: (tombstones) => {
      // An empty checkpoint is laid over the one that stands and changes nothing.
      stream.next({ documents: tombstones.map((document) => ({ ...document })), checkpoint: {} });
    },
    forget: async (ids) => {
      const internal = await started();
      if (!internal) return;
      const known = await getAssumedMasterState(internal, [...ids]);
      const rows = Object.values(known).map(({ docData, metaDocument }) =>
        getMetaWriteRow(internal, { id: docData.id, version: 0, _deleted: true }, metaDocument),
      );
      await internal.input.metaInstance.bulkWrite(await Promise.all(rows), 'studystreaks-forget');
    },
    isPulling: () => state.internalReplicationState?.events.active.down.getValue() ?? true,
    idle: async (direction) => {
      const internal = await started();
      if (!internal) return;
      const queue = direction === 'pull' ? 'down' : 'up';
      for (let last; last !== internal.streamQueue[queue];) {
        // At the start it is active before anything stands in its queue.
        await Promise.race([
          cancelled,
          firstValueFrom(internal.events.active[queue].pipe(filter((isActive) => !isActive)), { defaultValue: false }),
        ]);
        last = internal.streamQueue[queue];
        await last;
      }
    },
    cancel: async () => {
      await state.cancel();
    },
  };
}

function toCheckpoint(stored: unknown): Checkpoint | null {
  const parsed = v.safeParse(checkpointSchema, stored);
  return parsed.success ? parsed.output : null;
}
