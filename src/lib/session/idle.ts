import type { UserKind } from '#domain/permissions/roles.ts';

interface Patience {
  readonly ms: number;
  /** Time counts only while the app is out of sight. */
  readonly isOutOfSight: boolean;
}

/** After how long without a touch or a key a person's data is locked (`security.md` of the design: shared tablets and laptops). */
const patienceOf: Readonly<Record<UserKind, Patience>> = {
  student: { ms: 2 * 60_000, isOutOfSight: false },
  teacher: { ms: 3 * 60_000, isOutOfSight: false },
  admin: { ms: 3 * 60_000, isOutOfSight: false },
  parent: { ms: 5 * 60_000, isOutOfSight: true },
  device: { ms: 2 * 60_000, isOutOfSight: false },
};

const lookEveryMs = 1_000;
const tellEveryMs = 5_000;
const signs = ['pointerdown', 'keydown', 'wheel'] as const;

interface IdleOptions {
  readonly onIdle: () => void;
  /** Somebody works in this tab; said every few seconds at most. */
  readonly onActive: () => void;
}

/** Tells once when nobody has been here for a while. Two clocks: one stands still while a laptop sleeps, the other may be set. */
export class IdleWatch {
  readonly #patience: Patience;
  readonly #options: IdleOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #wall = Date.now();
  #steady = performance.now();
  #toldAt = -Infinity;

  constructor(kind: UserKind, options: IdleOptions) {
    this.#patience = patienceOf[kind];
    this.#options = options;
    this.#timer = setInterval(this.#look, lookEveryMs);
    for (const sign of signs) addEventListener(sign, this.#touchHere, { capture: true, passive: true });
    document.addEventListener('visibilitychange', this.#look);
    addEventListener('focus', this.#look);
  }

  /** Milliseconds until it will tell, if nobody comes. */
  get leftMs(): number {
    return this.#patience.ms - Math.max(Date.now() - this.#wall, performance.now() - this.#steady);
  }

  /** Somebody is here, in this tab or another. */
  readonly touch = (): void => {
    // Who comes back too late must not be what opens it again.
    if (this.leftMs <= 0) return;
    this.#wall = Date.now();
    this.#steady = performance.now();
  };

  stop(): void {
    clearInterval(this.#timer);
    for (const sign of signs) removeEventListener(sign, this.#touchHere, { capture: true });
    document.removeEventListener('visibilitychange', this.#look);
    removeEventListener('focus', this.#look);
  }

  readonly #touchHere = (): void => {
    this.touch();
    if (this.leftMs <= 0 || performance.now() - this.#toldAt < tellEveryMs) return;
    this.#toldAt = performance.now();
    this.#options.onActive();
  };

  readonly #look = (): void => {
    if (this.leftMs <= 0) this.#options.onIdle();
    else if (this.#patience.isOutOfSight && document.visibilityState === 'visible') this.touch();
  };
}
