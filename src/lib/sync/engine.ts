import * as v from 'valibot';
import { collections, type CollectionName } from '#domain/collections/index.ts';
import { pageLimit, type Checkpoint, type PullPage, type WireDocument } from '#domain/sync/protocol.ts';
import { tombstone } from '#domain/sync/tombstone.ts';
import type { OwnerStore, QuarantineEntry, UnsentEntry } from '../data/device-store.ts';
import type { LocalDatabase } from '../data/local-database.ts';
import type { PushRow, Replication } from '../data/replication.ts';
import type { WorkAside } from '../data/setting-aside.ts';
import { offsetOf } from './clock.ts';
import { checkpointBelow, differences, digestOf, healingOf, type Versions } from './digest.ts';
import { Floors } from './floors.ts';
import type { Fetch } from './http.ts';
import { PullGatherer, type PullAnswers, type PullAsks } from './pull-gatherer.ts';
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
  /** Null where nothing can be listened to: then it asks from time to time. */
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
  /** Milliseconds between two digests when all is quiet. */
  readonly digestEveryMs?: number;
}

const contactNotedEveryMs = 15_000;
const referencesWaitMs = 30_000;
const restartMs = 5_000;

/** Keeps one person's database and the server together, by rules S8–S24. */
export class SyncEngine {
  readonly #options: SyncEngineOptions;
  readonly #calls: ServerCalls;
  readonly #gatherer: PullGatherer;
  readonly #pushes: PushQueue;
  readonly #floors: Floors;
  readonly #stream: LiveStream | null;
  #replications = new Map<CollectionName, Replication>();
  #unsent = new Map<string, UnsentEntry>();
  #facts: SyncFacts = initialFacts;
  #epoch: number | null = null;
  #isStopped = false;
  #isLeading = false;
  #isPulling = false;
  #isPullWanted = false;
  #isDigestWanted = false;
  #digestAt = 0;
  #contactNotedAt = 0;
  #pushBeginnings = 0;
  /** Pushes that RxDB has not finished with. */
  #pushing = 0;
  #waiters = new Set<() => void>();
  #endWatch: (() => void) | undefined;
  #restarts = new Set<ReturnType<typeof setTimeout>>();

  constructor(options: SyncEngineOptions) {
    this.#options = options;
    const { store, random } = options;
    this.#calls = new ServerCalls({
      fetch: options.fetch,
      userId: options.database.owner.userId,
      deviceId: options.deviceId,
      random,
      unsent: () => this.#unsent.size,
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
    this.#gatherer = new PullGatherer((asks) => this.#pullAll(asks));
    this.#floors = new Floors(store);
    this.#pushes = new PushQueue({
      send: (collection, rows) => this.#send(collection, rows),
      ownWork: async (collection, ids) => {
        const waiting = await store.unsent();
        return new Set(waiting.filter((entry) => entry.collection === collection && ids.includes(entry.id)).map(({ id }) => id));
      },
      references: (collection, rows) => this.#referencesSent(collection, rows),
      refuse: (entry) => options.aside.refuse(entry),
      onSent: (count) => {
        this.#dispatch({ type: 'sent', count });
      },
    });
    this.#stream = options.openStream
      ? new LiveStream({
          open: options.openStream,
          random,
          onPoke: () => {
            this.#pull();
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
    if (this.#isStopped) return;
    this.#isLeading = true;
    await aside.dropOld();
    await this.#dropEntriesWithoutDocument();
    await this.#floors.load(database.collectionNames);
    if (this.#isStopped) return;
    this.#gatherer.expect(database.collectionNames);
    this.#isPulling = true;
    for (const collection of database.collectionNames) this.#replicate(collection);
    this.#stream?.start();
    void this.#afterPull();
    // S22: whatever a clock that went back or a batch that failed has stranded is found again.
    await this.#sweep();
  }

  /** The network may be back, or the person asks: try now. */
  syncNow(): void {
    if (!this.#isLeading || this.#isStopped) return;
    this.#calls.wake();
    this.#stream?.wake();
    if (this.#unsent.size > 0) void this.#sweep();
    this.#pull();
  }

  /** The person has signed in again. */
  sessionRenewed(): void {
    this.#dispatch({ type: 'session_began' });
    this.#calls.resume();
    this.#stream?.start();
    this.syncNow();
  }

  /** Sends what waits, for so long at most. @returns how many documents still wait */
  async flush(timeoutMs: number): Promise<number> {
    this.syncNow();
    await this.#until(async () => (await this.#options.store.unsent()).length === 0, timeoutMs);
    return (await this.#options.store.unsent()).length;
  }

  /** Resolves when nothing waits, nothing runs and nothing is owed; false when that took longer. */
  async settled(timeoutMs: number): Promise<boolean> {
    return this.#until(async () => {
      if (!this.#facts.isCaughtUp || this.#isPulling || this.#isPullWanted || this.#pushing > 0) return false;
      if (this.#options.database.collectionNames.some((collection) => this.#floors.get(collection))) return false;
      return (await this.#options.store.unsent()).length === 0;
    }, timeoutMs);
  }

  /** S23: compares with the server and heals. @returns whether all agreed */
  async digest(): Promise<boolean> {
    const { database } = this.#options;
    const here = new Map<CollectionName, Versions>();
    for (const collection of database.collectionNames) here.set(collection, await database.versions(collection));
    const digests = await Promise.all(Array.from(here, async ([collection, versions]) => [collection, await digestOf(versions)] as const));
    const answer = await this.#calls.digest(Object.fromEntries(digests));
    const found = differences(answer);
    for (const [collection, there] of found) await this.#heal(collection, here.get(collection) ?? [], there);
    this.#digestAt = performance.now();
    return found.length === 0;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endWatch?.();
    this.#calls.end();
    this.#stream?.stop();
    for (const timer of this.#restarts) clearTimeout(timer);
    await Promise.all(Array.from(this.#replications.values(), (replication) => replication.cancel()));
    this.#wakeWaiters();
  }

  // --- pulling

  #pull(): void {
    if (!this.#isLeading || this.#isStopped || !this.#facts.isSessionLive) return;
    // RxDB holds pulls back while it pushes; asked for then, they would begin unseen.
    if (this.#isPulling || this.#pushing > 0) {
      this.#isPullWanted = true;
      return;
    }
    this.#isPulling = true;
    this.#gatherer.expect(this.#replications.keys());
    for (const replication of this.#replications.values()) replication.resync();
    void this.#afterPull();
  }

  async #afterPull(): Promise<void> {
    // The collections begin in later ticks.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await Promise.all(Array.from(this.#replications.values(), (replication) => replication.idle('pull')));
    if (this.#isStopped) return;
    this.#isPulling = false;
    for (const collection of this.#replications.keys()) this.#floors.settled(collection);
    await this.#clearSettled();
    await this.#payFloors();
    if (this.#isPullWanted) this.#pullAgain();
    else await this.#digestWhenDue();
    this.#wakeWaiters();
  }

  #pullAgain(): void {
    this.#isPullWanted = false;
    this.#pull();
  }

  async #pullAll(asks: PullAsks): Promise<PullAnswers> {
    const askedAt = this.#options.now().getTime();
    const { collections: answers, serverTime } = await this.#calls.pull(asks);
    this.#options.onClockOffset(offsetOf(serverTime, askedAt, this.#options.now().getTime()));
    if (Object.values(answers).every((page) => page.isCaughtUp)) this.#dispatch({ type: 'caught_up' });
    return answers;
  }

  async #pullPages(collection: CollectionName, from: Checkpoint | null, limit: number) {
    const beginnings = this.#pushBeginnings;
    const documents: WireDocument[] = [];
    let at = from;
    let page: PullPage;
    do {
      page = await this.#gatherer.ask(collection, { checkpoint: at, limit });
      documents.push(...page.documents);
      if (at !== null && at.epoch !== page.checkpoint.epoch) this.#isDigestWanted = true;
      at = page.checkpoint;
      // A short page that is not the last: the way back has ended and the way forward begins (S11).
    } while (!page.isCaughtUp && documents.length < limit);
    this.#epoch = at.epoch;
    const isOverlapped =
      this.#isPushed(collection) && (beginnings !== this.#pushBeginnings || this.#pushing > 0 || this.#hasUnsent(collection));
    await this.#floors.used(collection, from, isOverlapped);
    return { documents, checkpoint: at };
  }

  async #payFloors(): Promise<void> {
    for (const [collection, replication] of this.#replications) {
      const floor = this.#floors.get(collection);
      if (!floor || this.#pushing > 0 || this.#hasUnsent(collection)) continue;
      await replication.rewind(floor.checkpoint);
      await this.#floors.clear(collection);
      this.#isPullWanted = true;
    }
  }

  // --- pushing

  async #send(collection: CollectionName, rows: readonly PushRow[]) {
    this.#dispatch({ type: 'send_began', total: Math.max(this.#unsent.size, rows.length) });
    // What was refused before is judged anew.
    this.#options.aside.accept(
      collection,
      rows.map(({ newDocumentState }) => newDocumentState.id),
    );
    try {
      return await this.#calls.push(collection, rows);
    } catch (reason) {
      this.#dispatch({ type: 'send_ended' });
      throw reason;
    }
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
      void this.#afterPush(replication);
    }
  }

  /** The push is over when RxDB has noted what became of it. */
  async #afterPush(replication: Replication | undefined): Promise<void> {
    await replication?.idle('push');
    // The stream's poke brings what the server made of it; without one it must be asked for.
    if (!this.#stream?.isLive) this.#isPullWanted = true;
    if (!this.#isStopped) await this.#clearSettled();
    this.#pushing--;
    await this.#pullWhatIsOwed();
  }

  async #pullWhatIsOwed(): Promise<void> {
    if (this.#isStopped || !this.#isLeading || this.#pushing > 0 || this.#isPulling) return;
    await this.#payFloors();
    if (this.#isPullWanted) this.#pullAgain();
    this.#wakeWaiters();
  }

  /** Clears the entries of what the server has; a document that was changed again meanwhile keeps its entry. */
  async #clearSettled(): Promise<void> {
    for (const [collection, replication] of this.#replications) {
      if (!this.#hasUnsent(collection)) continue;
      const waiting = Array.from(this.#unsent.values()).filter((entry) => entry.collection === collection);
      await this.#options.store.removeUnsent(collection, await replication.settled(waiting.map(({ id }) => id)));
    }
  }

  /** A mark must not arrive before the homework that it marks. */
  async #referencesSent(collection: CollectionName, rows: readonly PushRow[]): Promise<void> {
    if (collection !== 'reviews') return;
    const named = new Set(rows.map(({ newDocumentState }) => newDocumentState['completionId']));
    await this.#until(
      async () => !(await this.#options.store.unsent()).some((entry) => entry.collection === 'completions' && named.has(entry.id)),
      referencesWaitMs,
    );
  }

  async #sweep(): Promise<void> {
    for (const [collection, replication] of this.#replications) if (this.#isPushed(collection)) await replication.sweep();
  }

  // --- healing

  async #digestWhenDue(): Promise<void> {
    const every = this.#options.digestEveryMs ?? 60 * 60_000;
    const isDue = this.#isDigestWanted || this.#digestAt === 0 || performance.now() - this.#digestAt > every;
    if (!isDue || !this.#facts.isCaughtUp || this.#unsent.size > 0 || this.#pushing > 0) return;
    this.#isDigestWanted = false;
    this.#digestAt = performance.now();
    // What cannot be compared now is compared after another pull.
    await this.digest().catch(() => undefined);
  }

  async #heal(collection: CollectionName, here: Versions, there: Versions): Promise<void> {
    const replication = this.#replications.get(collection);
    if (!replication) return;
    const { rewindBelow, remove, sendAgain } = healingOf(here, there, (id) => this.#unsent.has(keyOf(collection, id)));
    if (remove.length > 0) replication.remove(remove.map(({ id, version }) => tombstone(collection, id, version)));
    if (sendAgain.length > 0 && this.#isPushed(collection)) {
      await this.#options.store.addUnsent(sendAgain.map((id) => ({ collection, id, since: this.#options.now().toISOString() })));
      await replication.forget(sendAgain);
      await replication.sweep();
    }
    if (rewindBelow !== null) {
      await replication.rewind(this.#epoch === null ? null : checkpointBelow(this.#epoch, rewindBelow));
      this.#pull();
    }
  }

  // --- the collections

  #replicate(collection: CollectionName): void {
    const { database, pageSize = pageLimit.most, pushBatchSize = 500 } = this.#options;
    const replication = database.replicate(collection, {
      pageSize,
      pull: (checkpoint, limit) => this.#pullPages(collection, checkpoint, limit),
      ...(this.#isPushed(collection) && { push: { batchSize: pushBatchSize, send: (rows) => this.#push(collection, rows) } }),
      onPersistFailure: (reason) => {
        this.#restart(collection, reason);
      },
    });
    this.#replications.set(collection, replication);
  }

  /** S24: its checkpoint stands where the last page was kept; it begins again from there after a while. */
  #restart(collection: CollectionName, reason: unknown): void {
    if (this.#isStopped) return;
    this.#options.onPersistFailure(reason);
    const failed = this.#replications.get(collection);
    this.#replications.delete(collection);
    const timer = setTimeout(
      () => {
        this.#restarts.delete(timer);
        void failed?.cancel().then(() => {
          if (this.#isStopped) return;
          this.#replicate(collection);
          if (this.#isPushed(collection)) void this.#replications.get(collection)?.sweep();
        });
      },
      restartMs * (1 + this.#options.random()),
    );
    this.#restarts.add(timer);
  }

  #isPushed(collection: CollectionName): boolean {
    return collections[collection].pushedBy !== null;
  }

  // --- what waits, and what is told of it

  #watch(): Promise<void> {
    return new Promise((resolve) => {
      this.#endWatch = this.#options.store.watch((unsent, quarantine) => {
        this.#unsent = new Map(unsent.map((entry) => [keyOf(entry.collection, entry.id), entry]));
        this.#dispatch({ type: 'unsent_counted', count: unsent.length });
        this.#dispatch({ type: 'set_aside_counted', count: quarantine.filter(isToBeSeen).length });
        if (unsent.length === 0) void this.#pullWhatIsOwed();
        this.#wakeWaiters();
        resolve();
      });
    });
  }

  /** A tablet that died between the entry and its document. */
  async #dropEntriesWithoutDocument(): Promise<void> {
    const { database, store } = this.#options;
    for (const collection of database.collectionNames.filter((name) => this.#isPushed(name))) {
      const ids = Array.from(this.#unsent.values())
        .filter((entry) => entry.collection === collection)
        .map(({ id }) => id);
      const there = new Set((await database.stored(collection, ids, true)).map(({ id }) => id));
      await store.removeUnsent(
        collection,
        ids.filter((id) => !there.has(id)),
      );
    }
  }

  #hasUnsent(collection: CollectionName): boolean {
    for (const entry of this.#unsent.values()) if (entry.collection === collection) return true;
    return false;
  }

  #noteContact(): void {
    const at = this.#options.now().toISOString();
    this.#dispatch({ type: 'contact', at });
    if (performance.now() - this.#contactNotedAt < contactNotedEveryMs && this.#contactNotedAt > 0) return;
    this.#contactNotedAt = performance.now();
    void this.#options.store.setFact('lastContactAt', at);
  }

  #dispatch(event: SyncEvent): void {
    this.#change(advance(this.#facts, event));
  }

  #change(facts: SyncFacts): void {
    this.#facts = facts;
    if (!this.#isStopped) this.#options.onFacts(facts);
    this.#wakeWaiters();
  }

  #wakeWaiters(): void {
    for (const wake of this.#waiters) wake();
  }

  /** Resolves true when `holds`, false after the time or when sync ends. */
  async #until(holds: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!(await holds())) {
      const left = deadline - performance.now();
      if (left <= 0 || this.#isStopped) return false;
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiters.delete(wake);
          resolve();
        };
        // Another tab may have done it: look again even when nothing wakes.
        const timer = setTimeout(wake, Math.min(left, 200));
        this.#waiters.add(wake);
      });
    }
    return true;
  }
}

function keyOf(collection: CollectionName, id: string): string {
  return `${collection}/${id}`;
}

function isToBeSeen(entry: QuarantineEntry): boolean {
  return !entry.isKept;
}
