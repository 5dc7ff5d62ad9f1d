import * as v from 'valibot';
import type { DeviceFacts } from '../data/device-store.ts';

/** How much of a person's work waits on this device. In plain: it has to be known while their data is shut. */
export class LeftBehind {
  readonly #device: DeviceFacts;
  readonly #fact: string;
  #noted: number | null = null;

  constructor(device: DeviceFacts, owner: string) {
    this.#device = device;
    this.#fact = `left:${owner}`;
  }

  /** What was never noted is nothing. */
  async count(): Promise<number> {
    return v.parse(v.optional(v.number(), 0), await this.#device.fact(this.#fact));
  }

  async note(count: number): Promise<void> {
    if (count === this.#noted) return;
    this.#noted = count;
    await this.#device.setFact(this.#fact, count);
  }

  async forget(): Promise<void> {
    await this.#device.removeFact(this.#fact);
  }
}
