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
  #writing = 0;

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

  /** @throws where it cannot be kept; the next count is then kept in its place */
  async note(left: Left): Promise<void> {
    if (left.unsent === this.#noted?.unsent && left.unsealed === this.#noted.unsealed) return;
    // What is being written will be on the count in a moment.
    if (left.unsealed === 0 && this.#writing > 0) return;
    await this.#device.setFact(this.#fact, left);
    this.#noted = left;
  }

  /** Notes before `work` is kept that something waits: were the tab killed in between, the next person's sign-in would wipe it. */
  async during<Done>(work: () => Promise<Done>): Promise<Done> {
    this.#writing++;
    try {
      if (this.#noted === null || this.#noted.unsealed === 0) await this.note({ unsent: (this.#noted?.unsent ?? 0) + 1, unsealed: 1 });
      return await work();
    } finally {
      this.#writing--;
    }
  }

  async forget(): Promise<void> {
    await this.#device.removeFact(this.#fact);
  }
}
