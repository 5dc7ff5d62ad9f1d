import { must } from '#domain/must.ts';
import { Outbox, type OutboxEntry } from '../data/delivery/outbox.ts';
import type { Owner } from '../data/owner.ts';
import { storageFailed } from '../data/storage-space.svelte.ts';
import { Deliverer } from './deliverer.ts';
import { readHandover, writeHandover, type HandoverProblem } from './handover.ts';

const lookEveryMs = 5 * 60_000;
/** Devices that come back together do not come in the same second (S19). */
const jitterMs = 1_500;

/** What lies sealed on this device, of whomever, and its way to the school (S30). */
class SealedWork {
  readonly outbox = new Outbox();
  #entries: readonly OutboxEntry[] = $state.raw([]);
  #carrier: Owner | null = $state.raw(null);
  /** Whose copy is open: their own work they see as it is. */
  #holder: string | null = $state(null);
  #sealUnsent: (() => Promise<boolean>) | null = null;
  #deliverer: Deliverer | null = null;
  #loading: Promise<void> | null = null;

  readonly #others = $derived(
    this.#entries.filter(
      ({ schoolId, holder }) =>
        (this.#carrier === null || schoolId === this.#carrier.schoolId) && (holder === null || holder !== this.#holder),
    ),
  );
  /** Pieces of work that wait sealed; those of the person who is here not among them. */
  readonly waiting = $derived(this.#others.reduce((sum, { refusal, pieces }) => sum + (refusal === null ? pieces : 0), 0));
  /** What the school did not take. */
  readonly refused = $derived(this.#others.filter(({ refusal }) => refusal !== null));

  /** Resolves when it is known what lies here; kept up to date from then on. */
  load(): Promise<void> {
    this.#loading ??= this.#follow();
    return this.#loading;
  }

  /** Somebody of a school has a session on this device, and carries what lies here for their school; their own data may be shut. */
  carry(carrier: Owner): void {
    void this.load();
    if (this.#carrier?.userId === carrier.userId && this.#carrier.schoolId === carrier.schoolId) {
      this.#deliverer?.sessionRenewed();
      return;
    }
    this.#deliverer?.stop();
    this.#carrier = carrier;
    this.#deliverer = new Deliverer({
      outbox: this.outbox,
      ...carrier,
      fetch: (url, init) => fetch(url, init),
      locks: navigator.locks,
      random: Math.random,
      now: () => Date.now(),
      onFailure: storageFailed,
    });
    this.#deliverer.look();
  }

  /** Nobody has a session here. */
  rest(): void {
    this.#deliverer?.stop();
    this.#deliverer = null;
    this.#carrier = null;
  }

  /** The network may be back, or somebody asks: try now. */
  wake(): void {
    this.#deliverer?.wake();
  }

  /** The server was heard in another way. */
  heard(): void {
    this.#deliverer?.heard();
  }

  /** @param holder the name of the copy that is open, as its envelopes bear it */
  opened(holder: string, sealUnsent: () => Promise<boolean>): void {
    this.#holder = holder;
    this.#sealUnsent = sealUnsent;
  }

  /** Nobody's copy is open. */
  closed(): void {
    this.#holder = null;
    this.#sealUnsent = null;
    this.#deliverer?.look();
  }

  /**
   * Everything of the school that waits on this device, as one file; nothing goes from here for it.
   *
   * @returns null where nothing is sealed; `isWhole` is false where something that waits could not be
   */
  async save(): Promise<{ readonly file: Blob; readonly isWhole: boolean } | null> {
    const { schoolId } = must(this.#carrier, 'somebody is signed in');
    const isWhole = (await this.#sealUnsent?.()) ?? true;
    const entries = await this.outbox.entries(schoolId);
    if (entries.length === 0) return null;
    const envelopes = await this.outbox.envelopes(entries.map(({ id }) => id));
    return { file: await writeHandover(schoolId, envelopes, new Date()), isWhole };
  }

  /** @returns how many envelopes were in the file, or why it was not taken; then nothing of it was */
  async bringIn(file: Blob): Promise<number | HandoverProblem> {
    const { schoolId } = must(this.#carrier, 'somebody is signed in');
    const read = await readHandover(file, schoolId);
    if (!read.ok) return read.problem;
    await this.outbox.put(read.envelopes.map((envelope) => ({ envelope, schoolId, holder: null, pieces: 1 })));
    this.wake();
    return read.envelopes.length;
  }

  async tryAgain(id: string): Promise<void> {
    await this.outbox.change(id, { refusal: null, notBefore: 0 });
    this.wake();
  }

  async throwAway(id: string): Promise<void> {
    await this.outbox.remove([id]);
  }

  #follow(): Promise<void> {
    addEventListener('online', () => {
      setTimeout(() => {
        this.wake();
      }, Math.random() * jitterMs);
    });
    setInterval(() => this.#deliverer?.look(), lookEveryMs);
    return new Promise((resolve) => {
      this.outbox.watch(
        (entries) => {
          this.#entries = entries;
          this.#deliverer?.look();
          resolve();
        },
        () => {
          storageFailed();
          resolve();
        },
      );
    });
  }
}

export const sealedWork = new SealedWork();
