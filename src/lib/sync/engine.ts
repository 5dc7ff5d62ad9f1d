import * as v from 'valibot';
import { collections, type CollectionName } from '#domain/collections/index.ts';
import { pageLimit, type WireDocument } from '#domain/sync/protocol.ts';
import type { OwnerStore } from '../data/device-store.ts';
import type { LocalDatabase } from '../data/local-database.ts';
import type { PushRow, Replication } from '../data/replication.ts';
import type { WorkAside } from '../data/setting-aside.ts';
import { UnsentList } from '../data/unsent-list.ts';
import { Changes } from './changes.ts';
import { offsetOf } from './clock.ts';
import { Floors } from './floors.ts';
import { Healer } from './healer.ts';
import type { Fetch } from './http.ts';
import { Puller } from './puller.ts';
import { PushQueue } from './push-queue.ts';
import { ServerCalls } from './server-calls.ts';
import { advance, initialFacts, type SyncEvent, type SyncFacts } from './status-machine.ts';
import { LiveStream, type OpenEventStream } from './stream.ts';

export interface SyncEngineOptions {
  readonly database: LocalDatabase;
  readonly store: OwnerStore;
  readonly aside: WorkAside;
  readonly deviceId: string;
  readonly fetch: Fetch;
  /** Null where nothing can be listened to: then it asks after each push and when told to. */
  readonly openStream: OpenEventStream | null;
  readonly random: () => number;
  /** The device's clock. */
  readonly now: () => Date;
  readonly onFacts: (facts: SyncFacts) => void;
  readonly onClockOffset: (offsetMs: number) => void;
  /** The account can no longer be used. */
  readonly onAccessEnded: () => void;
  /** A page could not be kept: storage is short (S24). */
  readonly onPersistFailure: (reason: unknown) => void;
  readonly pageSize?: number;
  readonly pushBatchSize?: number;
}

const contactNotedEveryMs = 15_000;
const referencesWaitMs = 30_000;
const restartMs = 5_000;

/** Keeps one person's database and the server together, by rules S8–S24. */
export class SyncEngine {
  readonly #options: SyncEngineOptions;
  readonly #replications = new Map<CollectionName, Replication>();
  readonly #changes = new Changes();
  readonly #calls: ServerCalls;
  readonly #floors: Floors;
  readonly #puller: Puller;
  readonly #pushes: PushQueue;
  readonly #healer: Healer;
  readonly #stream: LiveStream | null;
  readonly #restarts = new Set<ReturnType<typeof setTimeout>>();
  #facts: SyncFacts = initialFacts;
  #unsent = new UnsentList();
  #endWatch: (() => void) | undefined;
  #isSwept = false;
  #isStopped = false;
  #isLeading = false;
  /** Pushes that RxDB has not finished with, and all that ever began. */
  #pushing = 0;
  #pushBeginnings = 0;
  #contactNotedAt: number | null = null;

  constructor(options: SyncEngineOptions) {
    this.#options = options;
    const { database, store, aside, random } = options;
    this.#calls = new ServerCalls({
      fetch: options.fetch,
      userId: database.owner.userId,
      deviceId: options.deviceId,
      random,
      // Until it has looked through everything once, the device does not say that nothing waits: a tab that died in the
      // middle of a write may have left work without its entry.
      unsent: () => this.#unsent.size + (this.#isSwept ? 0 : 1),
      onAnswer: () => {
        this.#noteContact();
      },
      onSessionEnd: (isAccessEnded) => {
        this.#stream?.stop();
        this.#dispatch({ type: 'session_ended' });
        if (isAccessEnded) options.onAccessEnded();
      },
      onTooOld: () => {
        this.#dispatch({ type: 'too_old' });
      },
    });
    this.#floors = new Floors(store);
    this.#puller = new Puller({
      pageSize: options.pageSize ?? pageLimit.most,
      floors: this.#floors,
      replications: this.#replications,
      send: (asks) => this.#calls.pull(asks),
      signal: this.#calls.signal,
      pushBeginnings: () => this.#pushBeginnings,
      isPushing: () => this.#pushing > 0,
      hasUnsent: (collection) => this.#unsent.hasAny(collection),
      isPushed,
      onAnswer: (serverTime, askedAt) => {
        options.onClockOffset(offsetOf(serverTime, askedAt, options.now().getTime()));
      },
      onCaughtUp: () => {
        if (!this.#facts.isCaughtUp) this.#dispatch({ type: 'caught_up' });
      },
      onOtherEpoch: () => {
        this.#healer.want();
      },
      onIdle: () => {
        this.#inBackground(this.#afterPull());
      },
      onFailure: (reason) => {
        this.#inBackground(Promise.reject(reason));
      },
      now: () => options.now().getTime(),
    });
    this.#pushes = new PushQueue({
      send: (collection, rows) => this.#send(collection, rows),
      ownWork: async (collection, ids) => {
        const waiting = await store.unsent();
        return new Set(ids.filter((id) => waiting.has(collection, id)));
      },
      references: (collection, rows) => this.#referencesSent(collection, rows),
      refuse: (entry) => aside.refuse(entry),
      onSent: (count) => {
        this.#dispatch({ type: 'sent', count });
      },
    });
    this.#healer = new Healer({
      database,
      store,
      replications: this.#replications,
      puller: this.#puller,
      unsent: () => this.#unsent,
      compare: (digests) => this.#calls.digest(digests),
      isPushed,
      now: options.now,
    });
    this.#stream = options.openStream
      ? new LiveStream({
          open: options.openStream,
          random,
          onPoke: () => {
            this.#puller.pull();
          },
        })
      : null;
  }

  get facts(): SyncFacts {
    return this.#facts;
  }

  /** Whether this tab is the one that replicates. */
  get isLeading(): boolean {
    return this.#isLeading;
  }

  /** Begins in the one tab that leads; in the others it follows what waits and what was set aside. */
  async start(): Promise<void> {
    const { database, store, aside } = this.#options;
    await this.#watch();
    const contact = v.safeParse(v.string(), await store.fact('lastContactAt'));
    if (contact.success) this.#change({ ...this.#facts, lastContactAt: contact.output });
    await database.waitForLeadership();
    await aside.dropOld();
    await this.#dropEntriesWithoutDocument();
    await this.#floors.load(database.collectionNames);
    if (this.#isStopped) return;
    this.#isLeading = true;
    for (const collection of database.collectionNames) this.#replicate(collection);
    this.#puller.begin(database.collectionNames);
    this.#stream?.start();
    // S22: whatever a clock that went back or a batch that failed has stranded is found again.
    await this.#sweep();
    for (const [collection, replication] of this.#replications) if (isPushed(collection)) await replication.idle('push');
    this.#isSwept = true;
    this.#puller.pull();
  }

  /** The network may be back, or the person asks: try now. */
  syncNow(): void {
    if (!this.#isLeading || this.#isStopped) return;
    this.#calls.wake();
    this.#stream?.wake();
    if (this.#unsent.size > 0) this.#inBackground(this.#sweepUnsent());
    this.#puller.pull();
  }

  /** The person has signed in again. */
  sessionRenewed(): void {
    this.#dispatch({ type: 'session_began' });
    this.#calls.resume();
    if (!this.#isLeading) return;
    this.#stream?.start();
    this.syncNow();
  }

  /** Sends what waits, for so long at most. @returns how many documents still wait */
  async flush(timeoutMs: number): Promise<number> {
    this.syncNow();
    const { store } = this.#options;
    await this.#changes.until(
      async () => (await store.unsent()).size === 0,
      timeoutMs,
      () => this.#isStopped,
    );
    return (await store.unsent()).size;
  }

  /** Resolves true when nothing waits, nothing runs and nothing is owed; false when that took longer. */
  settled(timeoutMs: number): Promise<boolean> {
    const { database, store } = this.#options;
    const isQuiet = () =>
      this.#facts.isCaughtUp &&
      !this.#puller.isRunning &&
      !this.#puller.isWanted &&
      this.#pushing === 0 &&
      !database.collectionNames.some((collection) => this.#floors.get(collection));
    return this.#changes.until(
      async () => isQuiet() && (await store.unsent()).size === 0 && isQuiet(),
      timeoutMs,
      () => this.#isStopped,
    );
  }

  /** S23: compares with the server and heals. @returns whether all agreed @throws as a call does */
  digest(): Promise<boolean> {
    return this.#healer.digest();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endWatch?.();
    this.#calls.end();
    this.#stream?.stop();
    for (const timer of this.#restarts) clearTimeout(timer);
    await Promise.all(Array.from(this.#replications.values(), (replication) => replication.cancel()));
    this.#changes.tell();
  }

  async #afterPull(): Promise<void> {
    await this.#healer.noteFirstEpoch();
    await this.#clearAllSettled();
    await this.#pullWhatIsOwed();
    if (!this.#puller.isRunning && this.#facts.isCaughtUp && this.#pushing === 0) await this.#healer.digestWhenDue();
    this.#changes.tell();
  }

  /** S21: pulls again from where a pull overlapped a push, once nothing waits to be pushed. */
  async #pullWhatIsOwed(): Promise<void> {
    if (this.#isStopped || !this.#isLeading) return;
    for (const collection of this.#replications.keys()) {
      const floor = this.#floors.get(collection);
      if (!floor || this.#pushing > 0 || this.#puller.isRunning || this.#unsent.hasAny(collection)) continue;
      await this.#puller.rewind(collection, floor.checkpoint);
      await this.#floors.clear(collection);
      this.#puller.want();
    }
    this.#puller.pullIfWanted();
    this.#changes.tell();
  }

  async #push(collection: CollectionName, rows: readonly PushRow[]): Promise<readonly WireDocument[]> {
    const replication = this.#replications.get(collection);
    this.#pushBeginnings++;
    this.#pushing++;
    try {
      if (replication?.isPulling()) await this.#floors.lower(collection);
      return await this.#pushes.push(collection, rows);
    } finally {
      if (!this.#pushes.isPushing) this.#dispatch({ type: 'send_ended' });
      this.#inBackground(
        this.#afterPush(
          collection,
          rows.map(({ newDocumentState }) => newDocumentState.id),
        ),
      );
    }
  }

  /** The push is over when RxDB has noted what became of it. */
  async #afterPush(collection: CollectionName, ids: readonly string[]): Promise<void> {
    await this.#replications.get(collection)?.idle('push');
    if (this.#isStopped) return;
    // The stream's poke brings what the server made of it; without one it must be asked for.
    if (!this.#stream?.isLive) this.#puller.want();
    try {
      await this.#clearSettled(collection, ids);
    } finally {
      this.#pushing--;
    }
    await this.#pullWhatIsOwed();
  }

  async #send(collection: CollectionName, rows: readonly PushRow[]) {
    // What was refused before is judged anew.
    this.#options.aside.accept(
      collection,
      rows.map(({ newDocumentState }) => newDocumentState.id),
    );
    try {
      return await this.#calls.push(collection, rows, () => {
        this.#dispatch({ type: 'send_began', total: Math.max(this.#unsent.size, rows.length) });
      });
    } catch (reason) {
      this.#dispatch({ type: 'send_ended' });
      throw reason;
    }
  }

  /** A mark must not arrive before the homework that it marks. */
  async #referencesSent(collection: CollectionName, rows: readonly PushRow[]): Promise<void> {
    if (collection !== 'reviews') return;
    const named = rows.map(({ newDocumentState }) => String(newDocumentState['completionId']));
    // What arrived before a tab died has kept its entry.
    await this.#clearSettled('completions', named);
    const isSent = () => !named.some((id) => this.#unsent.has('completions', id));
    await this.#changes.until(isSent, referencesWaitMs, () => this.#isStopped);
  }

  /** Clears the entries of what the server has; a document that was changed again meanwhile keeps its entry. */
  async #clearSettled(collection: CollectionName, ids: readonly string[]): Promise<void> {
    const settled = (await this.#replications.get(collection)?.settled(ids)) ?? [];
    await this.#options.store.removeUnsent(collection, settled);
  }

  /** Entries that were put down again after their document had arrived, or that outlived a killed tab. */
  async #clearAllSettled(): Promise<void> {
    for (const collection of this.#replications.keys())
      if (this.#unsent.hasAny(collection)) await this.#clearSettled(collection, this.#unsent.idsOf(collection));
  }

  /** A tablet that died between the entry and its document. */
  async #dropEntriesWithoutDocument(): Promise<void> {
    const { database, store } = this.#options;
    for (const collection of database.collectionNames.filter(isPushed)) {
      const ids = this.#unsent.idsOf(collection);
      const there = new Set((await database.stored(collection, ids, true)).map(({ id }) => id));
      await store.removeUnsent(
        collection,
        ids.filter((id) => !there.has(id)),
      );
    }
  }

  /** What is known to wait, without a look through all documents. */
  async #sweepUnsent(): Promise<void> {
    for (const [collection, replication] of this.#replications)
      if (this.#unsent.hasAny(collection)) await replication.sweep(this.#unsent.idsOf(collection));
  }

  async #sweep(): Promise<void> {
    for (const [collection, replication] of this.#replications) if (isPushed(collection)) await replication.sweep();
  }

  #replicate(collection: CollectionName): void {
    const { database, pageSize = pageLimit.most, pushBatchSize = 500 } = this.#options;
    const replication = database.replicate(collection, {
      pageSize,
      pull: (checkpoint, limit) => this.#puller.pages(collection, checkpoint, limit),
      ...(isPushed(collection) && { push: { batchSize: pushBatchSize, send: (rows) => this.#push(collection, rows) } }),
      onPersistFailure: (reason) => {
        this.#restart(collection, reason);
      },
    });
    this.#replications.set(collection, replication);
  }

  /** S24: its checkpoint stands where the last page was kept; it begins again from there after a while. */
  #restart(collection: CollectionName, reason: unknown): void {
    const failed = this.#replications.get(collection);
    if (this.#isStopped || !failed) return;
    this.#options.onPersistFailure(reason);
    this.#replications.delete(collection);
    this.#puller.forget(collection);
    const again = async () => {
      this.#restarts.delete(timer);
      await failed.cancel();
      if (this.#isStopped) return;
      this.#replicate(collection);
      if (isPushed(collection)) await this.#replications.get(collection)?.sweep();
    };
    const timer = setTimeout(
      () => {
        this.#inBackground(again());
      },
      restartMs * (1 + this.#options.random()),
    );
    this.#restarts.add(timer);
  }

  async #watch(): Promise<void> {
    const { store } = this.#options;
    this.#unsent = await store.unsent();
    await new Promise<void>((resolve) => {
      this.#endWatch = store.watch((unsent, quarantine) => {
        this.#dispatch({ type: 'unsent_counted', count: unsent.size });
        this.#dispatch({ type: 'set_aside_counted', count: quarantine.filter((entry) => !entry.isKept).length });
        if (unsent.size === 0) this.#inBackground(this.#pullWhatIsOwed());
        resolve();
      });
    });
  }

  #noteContact(): void {
    const at = this.#options.now().toISOString();
    this.#dispatch({ type: 'contact', at });
    if (this.#contactNotedAt !== null && performance.now() - this.#contactNotedAt < contactNotedEveryMs) return;
    this.#contactNotedAt = performance.now();
    this.#inBackground(this.#options.store.setFact('lastContactAt', at));
  }

  /** What nobody waits for. Its failure is one of this device's storage, unless sync has ended meanwhile. */
  #inBackground(task: Promise<unknown>): void {
    task.catch((reason: unknown) => {
      if (!this.#isStopped) this.#options.onPersistFailure(reason);
    });
  }

  #dispatch(event: SyncEvent): void {
    this.#change(advance(this.#facts, event));
  }

  #change(facts: SyncFacts): void {
    this.#facts = facts;
    if (!this.#isStopped) this.#options.onFacts(facts);
    this.#changes.tell();
  }
}

function isPushed(collection: CollectionName): boolean {
  return collections[collection].pushedBy !== null;
}
