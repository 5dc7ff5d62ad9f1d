interface Held<Value> {
  readonly value: Value;
  readonly until: number;
}

/** Holds the values used last: at most `limit` of them, each for at most `lifetimeMs`. */
export class LruCache<Value> {
  readonly #held = new Map<string, Held<Value>>();
  readonly #limit: number;
  readonly #lifetimeMs: number;
  readonly #now: () => number;

  constructor(limit: number, lifetimeMs: number, now: () => number) {
    this.#limit = limit;
    this.#lifetimeMs = lifetimeMs;
    this.#now = now;
  }

  get size(): number {
    return this.#held.size;
  }

  get(key: string): Value | undefined {
    const held = this.#held.get(key);
    if (!held) return undefined;
    this.#held.delete(key);
    if (held.until <= this.#now()) return undefined;
    // A Map keeps the order of insertion: put back, it is the last to go.
    this.#held.set(key, held);
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
