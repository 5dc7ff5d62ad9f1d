import { must } from '#domain/must.ts';
import { checkWhole, LogDamaged, mend } from './damage.ts';
import { decodeEntry, encodeEntry } from './entry.ts';
import { writtenOut, type LogDocument, type LogWrite } from './log-document.ts';
import type { LogOptions, LogReader } from './log-options.ts';
import { LogState } from './log-state.ts';
import { Rewriting } from './rewriting.ts';
import { snapshot } from './snapshot.ts';
import { WaitingWrites, type LogAnswer, type LogRow, type WaitingWrite } from './waiting-writes.ts';

/** RxDB's contexts begin so where the protocol writes, and not a person. */
const protocolContext = 'replication-';
const checkpointContext = 'replication-set-checkpoint';
const otherTabContext = 'studystreaks-other-tab';
/** A checkpoint that is lost is reached again: it goes along with the next entry, or by itself after this long. */
const checkpointsWaitMs = 500;
/** Words of documents that are gone leave the device this soon (S27). */
const forgetAfterMs = 200;
/** Soon enough for an eye on two tabs, and a thousand writes are not a thousand messages. */
const announceAfterMs = 16;

/**
 * One person's documents on this device: a log of what was written, and in memory what it says. Everything that waits at
 * the same time goes into one entry, and is answered when the entry is durable. An entry of another tab is taken in before
 * this tab writes its own, so that all tabs have one order.
 */
export class Log {
  #state: LogState;
  readonly #options: LogOptions;
  readonly #readers = new Map<string, LogReader>();
  #last = 0;
  readonly #waiting = new WaitingWrites();
  readonly #rewriting = new Rewriting(() => {
    this.#settle();
  });
  #checkpoints: LogWrite[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #announcing: ReturnType<typeof setTimeout> | undefined;
  #isFlushDue = false;
  #isQuiet = false;
  #isBehind = false;
  #turns: Promise<void> | null = null;

  private constructor(options: LogOptions) {
    this.#options = options;
    this.#state = new LogState(options.names);
    options.channel?.addEventListener('message', () => {
      this.#isBehind = true;
      this.#run();
    });
  }

  /** @throws when the device does not give its storage */
  static async open(options: LogOptions): Promise<Log> {
    const log = new Log(options);
    await log.#catchUp().catch(async (reason: unknown) => {
      if (!(reason instanceof LogDamaged)) throw reason;
      const { state, last } = await mend(options.medium, options.names);
      log.#state = state;
      log.#last = last;
      options.onDamage();
    });
    await log.#rewriteIfDue(false);
    return log;
  }

  get state(): LogState {
    return this.#state;
  }

  /** `reader` holds what the log says of `collection`, and hears of all that follows. Returns the end of it. */
  async attach(collection: string, reader: LogReader): Promise<() => void> {
    const standing = [...this.state.documents(collection).values()];
    this.#readers.set(collection, reader);
    if (standing.length > 0)
      await reader.bulkWrite(
        standing.map((document) => ({ document })),
        otherTabContext,
      );
    return () => {
      this.#readers.delete(collection);
    };
  }

  /** Resolves when it is durable. @throws when it could not be kept; then nothing of it was */
  write(collection: string, rows: readonly LogRow[], context: string): Promise<LogAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.add({ collection, rows, context, resolve, reject });
      this.#run();
    });
  }

  /** RxDB has removed a collection. */
  drop(collection: string): void {
    this.state.drop(collection);
    this.#wakeIn(forgetAfterMs);
  }

  /** Lets go of what has been gone since before `before` (milliseconds). @returns false where one of them still waits for the server */
  cleanUp(collection: string, before: number): boolean {
    const isDone = this.state.cleanUp(collection, before);
    if (this.state.isForgetting) this.#wakeIn(forgetAfterMs);
    return isDone;
  }

  /** Resolves when nothing waits to be written. */
  async idle(): Promise<void> {
    while (this.#turns) await this.#turns;
  }

  async close(): Promise<void> {
    await this.idle();
    this.#settle();
    await this.idle();
    this.#rewriting.stop();
    clearTimeout(this.#timer);
    clearTimeout(this.#announcing);
    this.#options.channel?.postMessage(this.#last);
    this.#options.channel?.close();
    this.#options.medium.close();
  }

  /** Nobody writes for now: whatever is put off is done. */
  #settle(): void {
    this.#isFlushDue = true;
    this.#isQuiet = true;
    this.#run();
  }

  #run(): void {
    this.#turns ??= this.#takeTurns().finally(() => {
      this.#turns = null;
      if (!this.#waiting.isEmpty || this.#isBehind) this.#run();
    });
  }

  async #takeTurns(): Promise<void> {
    // Whoever writes in the same tick comes along.
    await Promise.resolve();
    while (!this.#waiting.isEmpty || this.#isBehind) {
      if (this.#isBehind)
        await this.#catchUp().catch((reason: unknown) => {
          this.#waiting.rejectAll(reason);
        });
      const batch = this.#waiting.take();
      if (batch.length > 0) await this.#commit(batch).catch((reason: unknown) => this.#commitEach(batch, reason));
    }
    if (!this.#isFlushDue) return;
    this.#isFlushDue = false;
    const isQuiet = this.#isQuiet;
    this.#isQuiet = false;
    // Where there is no space for either now, the next turn tries again: nothing depends on them.
    await this.#flushCheckpoints().catch(() => undefined);
    await this.#rewriteIfDue(isQuiet).catch(() => undefined);
  }

  async #commit(batch: readonly WaitingWrite[]): Promise<void> {
    for (;;) {
      const writes = batch.flatMap((one) => this.#toWrite(one));
      const isKept = batch.every(({ context }) => context === checkpointContext) ? this.#postpone(writes) : await this.#append(writes);
      if (isKept) {
        for (const write of writes) this.#apply(write);
        for (const { collection, rows, context, resolve } of batch) resolve(await this.#tell(collection, [...rows], context));
        if (this.state.isForgetting) this.#wakeIn(forgetAfterMs);
        return;
      }
      await this.#catchUp();
    }
  }

  /** One that is too large for what space is left must not take the others along. */
  async #commitEach(batch: readonly WaitingWrite[], reason: unknown): Promise<void> {
    const [only] = batch;
    if (batch.length === 1) only?.reject(reason);
    else for (const one of batch) await this.#commit([one]).catch(one.reject);
  }

  /** What of a write stands: a row that builds on an older revision than the one that is there is a conflict. */
  #toWrite({ collection, rows, context }: WaitingWrite): LogWrite[] {
    const standing = this.state.documents(collection);
    const documents = rows.flatMap(({ previous, document }): LogDocument[] => {
      const there = standing.get(document.id);
      // What RxDB hands over is as its storages keep it, for there are no attachments.
      return there && there._rev !== previous?._rev ? [] : [document as LogDocument];
    });
    return documents.length === 0 ? [] : [{ collection, isOwn: !context.startsWith(protocolContext), documents }];
  }

  #postpone(writes: readonly LogWrite[]): boolean {
    this.#checkpoints.push(...writes);
    if (writes.length > 0) this.#wakeIn(checkpointsWaitMs);
    return true;
  }

  async #append(writes: readonly LogWrite[]): Promise<boolean> {
    if (writes.length === 0) return true;
    const { medium, names } = this.#options;
    const checkpoints = this.#checkpoints;
    const isKept = await medium.append(this.#last, encodeEntry([...checkpoints, ...writes], this.state, names));
    if (!isKept) return false;
    this.#last++;
    this.#rewriting.added(1, this.state);
    this.#checkpoints = [];
    this.#announce();
    return true;
  }

  /** They were applied when they were written: only the log has to hear of them. */
  async #flushCheckpoints(): Promise<void> {
    if (this.#checkpoints.length === 0) return;
    const { medium, names } = this.#options;
    if (await medium.append(this.#last, encodeEntry(this.#checkpoints, this.state, names))) {
      this.#last++;
      this.#rewriting.added(1, this.state);
      this.#checkpoints = [];
    } else {
      await this.#catchUp();
      this.#wakeIn(checkpointsWaitMs);
    }
  }

  async #catchUp(): Promise<void> {
    this.#isBehind = false;
    const { medium, names } = this.#options;
    const entries = await medium.readAfter(this.#last);
    checkWhole(entries);
    this.#rewriting.added(entries.length, this.state);
    for (const { number, bytes } of entries) {
      const told: Promise<unknown>[] = [];
      const take = (write: LogWrite) => {
        if (!this.#readers.has(write.collection)) {
          this.#apply(write);
          return;
        }
        const documents = [...write.documents, ...(write.quotes ?? []).map(writtenOut)];
        const standing = this.state.documents(write.collection);
        const rows = documents.flatMap((document): LogRow[] => {
          const previous = standing.get(document.id);
          return previous?._rev === document._rev ? [] : [previous ? { previous, document } : { document }];
        });
        this.#apply({ ...write, documents, quotes: [] });
        if (rows.length > 0) told.push(this.#tell(write.collection, rows, otherTabContext));
      };
      try {
        decodeEntry(must(bytes, 'a whole log opens'), this.state, names, take);
      } catch (cause) {
        throw new LogDamaged(`Entry ${String(number)} of a log is not understood.`, { cause });
      }
      await Promise.all(told);
      this.#last = number;
    }
  }

  #apply(write: LogWrite): void {
    if (this.state.apply(write)) this.#options.onUnsent();
  }

  async #tell(collection: string, rows: LogRow[], context: string): Promise<LogAnswer> {
    return (await this.#readers.get(collection)?.bulkWrite(rows, context)) ?? { error: [] };
  }

  async #rewriteIfDue(isQuiet: boolean): Promise<void> {
    const { state } = this;
    if (!this.#rewriting.isDue(state, isQuiet)) return;
    const { medium, names } = this.#options;
    const entries = snapshot(state, names);
    // Where another tab was first it has more to say, and the next turn tries again.
    if (!(await medium.rewrite(this.#last, entries))) return;
    this.#last += entries.length;
    this.#checkpoints = [];
    state.rewritten();
    this.#rewriting.done(entries.length);
    this.#announce();
  }

  /** Tells other tabs; they would find out by themselves before they write. */
  #announce(): void {
    this.#announcing ??= setTimeout(() => {
      this.#announcing = undefined;
      this.#options.channel?.postMessage(this.#last);
    }, announceAfterMs);
  }

  #wakeIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#isFlushDue = true;
      this.#run();
    }, ms);
  }
}
