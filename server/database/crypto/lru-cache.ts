interface Held<Value> {
  readonly value: Value;
  readonly until: number;
}

export type LookUp = 'hit' | 'miss';

/** Holds the values used last: at most `limit` of them, each for at most `lifetimeMs`. */
export class LruCache<Value> {
  readonly #held = new Map<string, Held<Value>>();
  readonly #limit: number;
  readonly #lifetimeMs: number;
  readonly #now: () => number;
  readonly #looked: (outcome: LookUp) => void;

  /** @param looked told of every look-up, for the rate of hits */
  constructor(limit: number, lifetimeMs: number, now: () => number, looked: (outcome: LookUp) => void = () => undefined) {
    this.#limit = limit;
    this.#lifetimeMs = lifetimeMs;
    this.#now = now;
    this.#looked = looked;
  }

  get size(): number {
    return this.#held.size;
  }

  get(key: string): Value | undefined {
    const held = this.#held.get(key);
    this.#held.delete(key);
    if (!held || held.until <= this.#now()) {
      this.#looked('miss');
      return undefined;
    }
    // A Map keeps the order of insertion: put back, it is the last to go.
    this.#held.set(key, held);
    this.#looked('hit');
    return held.value;
  }

  set(key: string, value: Value): void {
    this.#held.delete(key);
    this.#held.set(key, { value, until: this.#now() + this.#lifetimeMs });
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= this.#limit) break;
      this.#held.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#held.delete(key);
  }
}
