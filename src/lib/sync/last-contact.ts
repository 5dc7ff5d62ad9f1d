import * as v from 'valibot';
import type { OwnerStore } from '../data/owner-store.ts';

const fact = 'lastContactAt';
const notedEveryMs = 15_000;

/** When the server last answered, by this device's clock, as it is kept on the device: not at each of many answers. */
export class LastContact {
  readonly #store: OwnerStore;
  #notedAt: number | null = null;

  constructor(store: OwnerStore) {
    this.#store = store;
  }

  async last(): Promise<string | null> {
    const at = v.safeParse(v.string(), await this.#store.fact(fact));
    return at.success ? at.output : null;
  }

  async note(at: string): Promise<void> {
    if (this.#notedAt !== null && performance.now() - this.#notedAt < notedEveryMs) return;
    this.#notedAt = performance.now();
    await this.#store.setFact(fact, at);
  }
}
