import { pageLimit } from '#domain/sync/protocol.ts';
import type { SyncEngineOptions } from './engine-options.ts';
import { Floors } from './floors.ts';
import { Healer } from './healer.ts';
import { Puller } from './puller.ts';
import { Pusher } from './pusher.ts';
import { isPushed, Replications } from './replications.ts';
import { ServerCalls } from './server-calls.ts';
import { Standing } from './standing.ts';
import type { SyncFacts } from './status-machine.ts';
import { LiveStream } from './stream.ts';

/** Well below the days for which the server remembers what has gone. */
const awayForLongMs = 90 * 86_400_000;

/** Keeps one person's database and the server together, by rules S8–S24. */
export class SyncEngine {
  readonly #options: SyncEngineOptions;
  readonly #standing: Standing;
  readonly #calls: ServerCalls;
  readonly #floors: Floors;
  readonly #replications: Replications;
  readonly #puller: Puller;
  readonly #pusher: Pusher;
  readonly #healer: Healer;
  readonly #stream: LiveStream | null;
  #isLeading = false;
  /** As the last pull told it; null once it was passed on. */
  #serverTime: string | null = null;

  constructor(options: SyncEngineOptions) {
    this.#options = options;
    const { database, store, aside, random, pageSize = pageLimit.most, pushBatchSize = 500 } = options;
    const unsent = () => database.unsent.list;
    const standing = (this.#standing = new Standing(options));
    const inBackground = (task: Promise<unknown>) => {
      standing.inBackground(task);
    };
    this.#calls = new ServerCalls({
      fetch: options.fetch,
      userId: database.owner.userId,
      deviceId: options.deviceId,
      random,
      unsent: () => unsent().size + (options.sealed?.() ?? 0),
      onAnswer: () => {
        standing.noteContact();
      },
      onSessionEnd: (isAccessEnded) => {
        this.#stream?.stop();
        standing.tell({ type: 'session_ended' });
        if (isAccessEnded) options.onAccessEnded();
      },
      onTooOld: () => {
        standing.tell({ type: 'too_old' });
      },
    });
    this.#floors = new Floors(store);
    this.#replications = new Replications({
      database,
      unsent,
      random,
      inBackground,
      handlersOf: (collection) => ({
        pageSize,
        pull: (checkpoint, limit) => this.#puller.pages(collection, checkpoint, limit),
        ...(isPushed(collection) && { push: { batchSize: pushBatchSize, send: (rows) => this.#pusher.push(collection, rows) } }),
      }),
      onPersistFailure: (collection, reason) => {
        this.#puller.forget(collection);
        standing.tell({ type: 'page_lost' });
        options.onPersistFailure(reason);
      },
    });
    const { running: replications } = this.#replications;
    this.#puller = new Puller({
      pageSize,
      floors: this.#floors,
      replications,
      send: (asks) => this.#calls.pull(asks),
      signal: this.#calls.signal,
      pushBeginnings: () => this.#pusher.beginnings,
      isPushing: () => this.#pusher.isRunning,
      hasUnsent: (collection) => unsent().hasAny(collection),
      isPushed,
      onAnswer: (serverTime, askedAt) => {
        this.#serverTime = serverTime;
        options.onClock({ server: Date.parse(serverTime), askedAt, heardAt: options.now().getTime() });
      },
      onCaughtUp: () => {
        if (!standing.facts.isCaughtUp) standing.tell({ type: 'caught_up' });
      },
      onFromNothing: async (collection) => {
        // A first sync leaves tombstones out (S11): what is here already may be gone there.
        if ((await database.versions(collection)).length > 0) this.#healer.want();
      },
      onEpoch: (epoch) => this.#healer.noteFirstEpoch(epoch),
      onOtherEpoch: () => {
        this.#healer.want();
      },
      onIdle: () => {
        inBackground(this.#afterPull());
      },
      onFailure: (reason) => {
        inBackground(Promise.reject(reason));
      },
      now: () => options.now().getTime(),
    });
    this.#pusher = new Pusher({
      calls: this.#calls,
      aside,
      floors: this.#floors,
      replications,
      changes: standing.changes,
      unsent,
      onEvent: (event) => {
        standing.tell(event);
      },
      onPushed: () => {
        // The stream's poke brings what the server made of it; without one it must be asked for.
        if (!this.#stream?.isLive) this.#puller.want();
        return this.#pullWhatIsOwed();
      },
      inBackground,
    });
    this.#healer = new Healer({
      database,
      store,
      replications,
      puller: this.#puller,
      unsent,
      compare: (digests) => this.#calls.digest(digests),
      isPushed,
      mayCreate: options.mayCreate ?? isPushed,
    });
    this.#stream = options.openStream
      ? new LiveStream({
          open: options.openStream,
          random,
          onLive: () => {
            this.#calls.heard();
            options.onLive?.();
          },
          onPoke: () => {
            this.#puller.pull();
          },
        })
      : null;
  }

  get facts(): SyncFacts {
    return this.#standing.facts;
  }

  /** Whether this tab is the one that replicates. */
  get isLeading(): boolean {
    return this.#isLeading;
  }

  /** Recalls how things stood when this device was used last. Before it starts: until then nobody knows whether its first fetch is whole. */
  async recall(): Promise<void> {
    await this.#standing.recall();
  }

  /** Another tab has kept all that the server had. */
  noteWhole(): void {
    this.#standing.noteWhole();
  }

  /** Begins in the one tab that leads; in the others it follows what waits and what was set aside. */
  async start(): Promise<void> {
    try {
      await this.#begin();
    } catch (reason) {
      // Closed in the middle of it.
      if (!this.#standing.isEnded) throw reason;
    }
  }

  async #begin(): Promise<void> {
    const { database, aside } = this.#options;
    this.#standing.watch(() => {
      this.#standing.inBackground(this.#pullWhatIsOwed());
    });
    const contact = this.#standing.facts.lastContactAt;
    // The server may have forgotten what has gone meanwhile, and then tells of it to nobody (S2): compare at once.
    if (contact !== null && this.#options.now().getTime() - Date.parse(contact) > awayForLongMs) this.#healer.want();
    await database.waitForLeadership();
    await aside.dropOld();
    await this.#floors.load(database.collectionNames);
    if (this.#standing.isEnded) return;
    this.#isLeading = true;
    this.#replications.start();
    this.#puller.begin(database.collectionNames);
    this.#stream?.start();
    await this.#replications.sweep();
    this.#puller.pull();
  }

  /** The network may be back, or the person asks: try now. */
  syncNow(): void {
    if (!this.#isLeading || this.#standing.isEnded) return;
    this.#calls.wake();
    this.#stream?.wake();
    this.#replications.wake();
    if (this.#options.database.unsent.list.size > 0) this.#standing.inBackground(this.#replications.sweep());
    this.#puller.pull();
  }

  /** The person has signed in again. */
  sessionRenewed(): void {
    this.#standing.tell({ type: 'session_began' });
    this.#calls.resume();
    if (!this.#isLeading) return;
    this.#stream?.start();
    this.syncNow();
  }

  /** Sends what waits, for so long at most. @returns how many documents still wait */
  async flush(timeoutMs: number): Promise<number> {
    this.syncNow();
    const { unsent } = this.#options.database;
    await this.#standing.changes.until(
      () => unsent.list.size === 0,
      timeoutMs,
      () => this.#standing.isEnded,
    );
    return unsent.list.size;
  }

  /** Resolves true when nothing waits, nothing runs and nothing is owed; false when that took longer. */
  settled(timeoutMs: number): Promise<boolean> {
    const { database } = this.#options;
    const isQuiet = () =>
      database.unsent.list.size === 0 &&
      this.#standing.facts.isCaughtUp &&
      !this.#puller.isRunning &&
      !this.#puller.isWanted &&
      !this.#pusher.isRunning &&
      !database.collectionNames.some((collection) => this.#floors.get(collection));
    return this.#standing.changes.until(isQuiet, timeoutMs, () => this.#standing.isEnded);
  }

  /** S23: compares with the server and heals. @returns whether all agreed @throws as a call does */
  digest(): Promise<boolean> {
    return this.#healer.digest();
  }

  async stop(): Promise<void> {
    this.#standing.end();
    this.#calls.end();
    this.#stream?.stop();
    await this.#replications.stop();
    this.#standing.changes.tell();
  }

  async #afterPull(): Promise<void> {
    if (this.#standing.facts.isCaughtUp) this.#standing.noteWhole();
    if (this.#serverTime !== null && this.#standing.facts.isCaughtUp) {
      this.#options.onUpToDate(Date.parse(this.#serverTime));
      this.#serverTime = null;
    }
    await this.#pullWhatIsOwed();
    if (!this.#puller.isRunning && this.#standing.facts.isCaughtUp && !this.#pusher.isRunning) await this.#healer.digestWhenDue();
    this.#standing.changes.tell();
  }

  /** S21: pulls again from where a pull overlapped a push, once nothing waits to be pushed. */
  async #pullWhatIsOwed(): Promise<void> {
    if (this.#standing.isEnded || !this.#isLeading) return;
    for (const collection of this.#replications.running.keys()) {
      const floor = this.#floors.get(collection);
      if (!floor || this.#pusher.isRunning || this.#puller.isRunning || this.#options.database.unsent.list.hasAny(collection)) continue;
      await this.#puller.rewind(collection, floor.checkpoint);
      await this.#floors.clear(collection);
      this.#puller.want();
    }
    this.#puller.pullIfWanted();
    this.#standing.changes.tell();
  }
}
