export interface RetryGateOptions {
  /** 0 … 1 */
  readonly random: () => number;
  readonly firstMs?: number;
  readonly mostMs?: number;
}

/**
 * Stands before each call: open while calls succeed; after a failure closed for a time that doubles with each, with
 * jitter so that a class does not come back in the same second, or for as long as the server asked (S16, S19).
 */
export class RetryGate {
  readonly #random: () => number;
  readonly #firstMs: number;
  readonly #mostMs: number;
  #failures = 0;
  #opensAt = 0;
  /** Until when the server asked to be left alone. */
  #askedUntil = 0;
  /** Changes with each failure that counts and each wake: what was let through before says nothing about now. */
  #round = 0;
  #isHeld = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting = new Set<() => void>();

  constructor({ random, firstMs = 1_000, mostMs = 60_000 }: RetryGateOptions) {
    this.#random = random;
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
  }

  /** Resolves when the next call may be made, with its round. @throws the signal's reason when it is aborted before */
  async pass(signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    while (!this.isOpen) {
      await new Promise<void>((resolve, reject) => {
        const onAbort = () => {
          this.#waiting.delete(onOpen);
          reject(new Error('The wait was given up.'));
        };
        const onOpen = () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        };
        signal.addEventListener('abort', onAbort, { once: true });
        this.#waiting.add(onOpen);
        this.#schedule();
      });
    }
    return this.#round;
  }

  /** Of a call that begins now. */
  get round(): number {
    return this.#round;
  }

  get isOpen(): boolean {
    return !this.#isHeld && performance.now() >= this.#opensAt;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#askedUntil = 0;
    this.#opensAt = 0;
    this.#open();
  }

  /**
   * A call of this round has failed. Calls that were under way together fail together, and count once; nor does one count that began
   * before the network was back.
   *
   * @returns how long the gate stays closed, in milliseconds
   */
  failed(retryAfterMs: number | null = null, round = this.#round): number {
    if (round !== this.#round && retryAfterMs === null) return Math.max(0, this.#opensAt - performance.now());
    this.#round++;
    const backOff = Math.min(this.#mostMs, this.#firstMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 16);
    const wait =
      (retryAfterMs ?? backOff / 2) + this.#random() * (retryAfterMs === null ? backOff / 2 : Math.min(retryAfterMs, this.#firstMs));
    this.#opensAt = performance.now() + wait;
    if (retryAfterMs !== null) this.#askedUntil = this.#opensAt;
    this.#schedule();
    return wait;
  }

  /** Closed until released: nobody is signed in. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.wake();
  }

  /** The network is back, or the person asked: no waiting, but the next failure counts on. */
  wake(): void {
    this.#round++;
    this.#opensAt = 0;
    this.#open();
  }

  /** The server was heard in another way: no waiting, save for as long as it asked for. */
  heard(): void {
    if (performance.now() >= this.#askedUntil) this.wake();
  }

  #schedule(): void {
    if (this.#waiting.size === 0 || this.#isHeld) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#open();
      },
      Math.max(0, this.#opensAt - performance.now()),
    );
  }

  #open(): void {
    if (!this.isOpen) {
      this.#schedule();
      return;
    }
    clearTimeout(this.#timer);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const open of waiting) open();
  }
}
