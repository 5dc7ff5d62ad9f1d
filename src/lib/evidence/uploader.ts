import type { EvidenceReceipt } from '#domain/evidence/evidence.ts';
import { NotSignedIn, Unreachable } from '../sync/http.ts';
import { RetryGate } from '../sync/retry-gate.ts';
import type { EvidenceStore, HeldFile } from '../data/files/evidence-store.ts';
import { isWaiting } from '../data/files/file-state.ts';
import { FileDelayed, FileRefused, type SendFile } from './send-file.ts';

/** What the documents of this device say of a file. */
export interface Standing {
  /** `acknowledged`: the server has the homework that names it. `waits`: it is still on its way. `none`: nothing names it. */
  readonly homework: 'acknowledged' | 'waits' | 'none';
  /** Null until the server has told. */
  readonly receipt: EvidenceReceipt | null;
}

export interface UploaderOptions {
  readonly store: EvidenceStore;
  readonly send: SendFile;
  readonly standingOf: (evidenceId: string) => Promise<Standing>;
  readonly random: () => number;
  /** The device's storage fails. */
  readonly onFailure: (reason: unknown) => void;
}

/** A piece of homework is put down just after its files: only what stands alone for longer was left behind. */
const aloneMs = 60_000;
/** A timer may be a little early. */
const marginMs = 20;

/** Sends files one at a time, after the homework that they belong to (S25). Runs in the one tab that leads. */
export class EvidenceUploader {
  readonly #options: UploaderOptions;
  readonly #gate: RetryGate;
  readonly #ending = new AbortController();
  /** When files may go that the server takes later, by `performance.now()`. */
  readonly #later = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStarted = false;
  #isRunning = false;
  #isWanted = false;

  constructor(options: UploaderOptions) {
    this.#options = options;
    this.#gate = new RetryGate(options);
  }

  async start(): Promise<void> {
    const { store } = this.#options;
    for (const { id, state } of await store.files())
      if (state === 'uploading' || state === 'stored') await store.advance(id, 'interrupted');
    this.#isStarted = true;
    this.look();
  }

  /** Something may have changed: the files, the homework, or the receipts. */
  look(): void {
    this.#isWanted = true;
    if (!this.#isStarted || this.#isRunning || this.#ending.signal.aborted) return;
    this.#isRunning = true;
    this.#run()
      .catch((reason: unknown) => {
        if (!this.#ending.signal.aborted) this.#options.onFailure(reason);
      })
      .finally(() => {
        this.#isRunning = false;
        if (this.#isWanted) this.look();
      });
  }

  /** The server was heard in another way. */
  heard(): void {
    this.#gate.heard();
    this.look();
  }

  /** The network may be back, or the person asks. */
  wake(): void {
    // The day may have ended while the device slept, and its clock stood still.
    this.#later.clear();
    this.#gate.wake();
    this.look();
  }

  /** The person has signed in again. */
  sessionRenewed(): void {
    this.#gate.release();
    this.look();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#ending.abort();
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#ending.signal.aborted) {
      this.#isWanted = false;
      const next = await this.#settle();
      if (!next) continue;
      const round = await this.#gate.pass(this.#ending.signal);
      await this.#sendOne(next, round);
      this.#isWanted = true;
    }
  }

  /** Takes to heart what the receipts say. @returns the file to send next; null where none can go */
  async #settle(): Promise<HeldFile | null> {
    const { store, standingOf } = this.#options;
    let next: HeldFile | null = null;
    for (const file of await store.files()) {
      if (!isWaiting(file.state) || file.evidenceId === null) continue;
      const { homework, receipt } = await standingOf(file.evidenceId);
      if (receipt?.state === 'ready') await store.advance(file.id, 'confirmed');
      else if (receipt?.state === 'refused') await store.advance(file.id, 'refused', { refusal: receipt.refusal ?? 'broken' });
      else if (receipt?.state === 'withdrawn') await store.advance(file.id, 'refused', { refusal: 'no_consent' });
      else if (homework === 'none' && isLeftBehind(file)) await store.takeBack([file.evidenceId]);
      else if (homework === 'acknowledged' && file.state !== 'stored' && this.#msUntil(file) <= 0) next ??= file;
    }
    return next;
  }

  async #sendOne(file: HeldFile, round: number): Promise<void> {
    const { store, send, onFailure } = this.#options;
    this.#later.delete(file.id);
    await store.advance(file.id, 'send_began', { delay: null });
    try {
      await send(file, {
        read: (start, end) => store.read(file, start, end),
        onProgress: (sentBytes) => {
          store.noteSent(file.id, sentBytes).catch(onFailure);
        },
        signal: this.#ending.signal,
      });
      await store.advance(file.id, 'sent', { sentBytes: file.bytes });
      this.#gate.succeeded();
    } catch (reason) {
      if (reason instanceof FileRefused) await store.advance(file.id, 'refused', { refusal: reason.code });
      else if (reason instanceof FileDelayed) await this.#sendLater(file, reason);
      else if (reason instanceof NotSignedIn || reason instanceof Unreachable) {
        if (reason instanceof NotSignedIn) this.#gate.hold();
        else this.#gate.failed(reason.retryAfterMs, round);
        await store.advance(file.id, 'interrupted');
      } else throw reason;
    }
  }

  async #sendLater(file: HeldFile, { code, retryAfterMs }: FileDelayed): Promise<void> {
    this.#gate.succeeded();
    this.#later.set(file.id, performance.now() + retryAfterMs);
    await this.#options.store.advance(file.id, 'delayed', { delay: code });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.look();
      },
      Math.min(...[...this.#later.values()].map((at) => at - performance.now())) + marginMs,
    );
  }

  #msUntil({ id }: HeldFile): number {
    return (this.#later.get(id) ?? 0) - performance.now();
  }
}

function isLeftBehind(file: HeldFile): boolean {
  return file.loggedAt !== null && Date.now() - Date.parse(file.loggedAt) > aloneMs;
}
