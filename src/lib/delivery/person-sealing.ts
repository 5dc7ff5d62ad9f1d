import type { DeliveryTerms } from '#domain/delivery/protocol.ts';
import type { OpenData } from '../data/current.svelte.ts';
import type { Outbox } from '../data/delivery/outbox.ts';
import type { DeviceStore } from '../data/device-store.ts';
import type { EvidenceStore } from '../data/files/evidence-store.ts';
import { holdOpen } from './holder-lock.ts';
import { NotAllSealed, Sealer } from './sealer.ts';
import { keepTerms, termsHere } from './terms.ts';

export interface PersonSealingOptions {
  readonly data: OpenData;
  readonly files: EvidenceStore;
  readonly device: DeviceStore;
  readonly deviceId: string;
  readonly outbox: Outbox;
  readonly locks: LockManager;
  /** A random name of this local copy: its envelopes bear it. */
  readonly onHolder: (holder: string) => void;
  /** So many unsent pieces are in no envelope; infinity where that is not known. */
  readonly onUnsealed: (count: number) => Promise<void>;
  /** The device has no room for an envelope, or something could not be read. */
  readonly onFailure: (reason: unknown) => void;
}

/** What is sent within this needs no envelope; and whoever writes on and on is not followed word by word. */
const restMs = 2_000;
const mostRestMs = 10_000;

/** Keeps what a person has not sent sealed to their school while they work, so that it outlives whatever becomes of their copy. */
export class PersonSealing {
  readonly #options: PersonSealingOptions;
  readonly #sealer: Sealer;
  readonly #begun: Promise<void>;
  readonly #endWatches: readonly (() => void)[];
  #endHold: (() => Promise<void>) | null = null;
  #isLeading = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueAt: number | null = null;
  #isClosed = false;

  constructor(options: PersonSealingOptions) {
    const { data, files, device, deviceId, outbox, locks } = (this.#options = options);
    const { database, store } = data;
    this.#sealer = new Sealer({
      owner: database.owner,
      deviceId,
      outbox,
      store,
      unsent: () => database.unsent.rows(),
      files,
      terms: () => termsHere(device, store, database.owner.schoolId),
      locks,
      now: () => new Date(),
    });
    const changed = () => {
      this.changed();
    };
    this.#endWatches = [database.unsent.watch(changed), files.watch(changed, options.onFailure)];
    this.#begun = this.#begin();
    this.#begun.catch((reason: unknown) => {
      this.#failed(reason);
    });
  }

  /** Resolves when everybody can know that this copy is open, and leaves its envelopes to it; or when that is not to be had. */
  async begun(): Promise<void> {
    await this.#begun.catch(() => undefined);
  }

  /** What the server told of how to seal. Without room for it the work stays under the person's own key, as before. */
  async learn(terms: DeliveryTerms): Promise<void> {
    const { device, data } = this.#options;
    try {
      await keepTerms(device, data.store, data.database.owner.schoolId, terms);
      this.changed();
    } catch (reason) {
      this.#failed(reason);
    }
  }

  /** What is unsent has changed. Sealed after a moment, in the tab that leads. */
  changed(): void {
    if (this.#isClosed || !this.#isLeading) return;
    const now = performance.now();
    this.#dueAt ??= now + mostRestMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#dueAt = null;
        this.sealUnsent().catch((reason: unknown) => {
          this.#failed(reason);
        });
      },
      Math.min(restMs, Math.max(0, this.#dueAt - now)),
    );
  }

  /**
   * Seals now what is unsent: the local copy may be given up when it resolves true.
   *
   * @returns whether all that is unsent is in an envelope, and durable
   */
  async sealUnsent(): Promise<boolean> {
    const unsealed = await this.#begun
      .then(() => this.#sealer.seal())
      .catch((reason: unknown) => {
        this.#failed(reason);
        return reason instanceof NotAllSealed ? reason.unsealed : Infinity;
      });
    await this.#options.onUnsealed(unsealed);
    return unsealed === 0;
  }

  /** The person throws away what they have not sent. */
  async discard(): Promise<void> {
    await this.#begun;
    await this.#sealer.discard();
  }

  /** Seals no more by itself. */
  stop(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const end of this.#endWatches) end();
  }

  /** From now on what was sealed of this copy is anybody's to deliver. */
  async close(): Promise<void> {
    this.stop();
    await this.#endHold?.();
  }

  async #begin(): Promise<void> {
    const { locks, data, onHolder } = this.#options;
    await this.#sealer.begin();
    this.#endHold = await holdOpen(locks, this.#sealer.holder);
    if (this.#isClosed) await this.#endHold();
    else onHolder(this.#sealer.holder);
    void data.database
      .waitForLeadership()
      .then(() => {
        this.#isLeading = true;
        this.changed();
      })
      .catch((reason: unknown) => {
        this.#failed(reason);
      });
  }

  #failed(reason: unknown): void {
    // A tab that did not end its turn is nothing that anybody could mend: the next change tries again.
    if (reason instanceof DOMException && reason.name === 'TimeoutError') return;
    if (!this.#isClosed) this.#options.onFailure(reason);
  }
}
