import * as v from 'valibot';
import type { DeviceFacts } from '../data/device-store.ts';

const schema = v.object({
  /** Documents and files that the server has not acknowledged. */
  unsent: v.number(),
  /** Those of them that are in no envelope to the school either (S30): they would go with the local copy. */
  unsealed: v.number(),
});
export type Left = v.InferOutput<typeof schema>;

/** How much of a person's work waits on this device. In plain: it has to be known while their data is shut. */
export class LeftBehind {
  readonly #device: DeviceFacts;
  readonly #fact: string;
  #noted: Left | null = null;

  constructor(device: DeviceFacts, owner: string) {
    this.#device = device;
    this.#fact = `left:${owner}`;
  }

  /** What was never noted is nothing. */
  async read(): Promise<Left> {
    const fact = await this.#device.fact(this.#fact);
    // Before anything was sealed it was one number.
    if (typeof fact === 'number') return { unsent: fact, unsealed: fact };
    return v.parse(v.optional(schema, { unsent: 0, unsealed: 0 }), fact);
  }

  async note(left: Left): Promise<void> {
    if (left.unsent === this.#noted?.unsent && left.unsealed === this.#noted.unsealed) return;
    this.#noted = left;
    await this.#device.setFact(this.#fact, left);
  }

  async forget(): Promise<void> {
    await this.#device.removeFact(this.#fact);
  }
}
