import * as v from 'valibot';
import type { DeviceStore } from '../data/device-store.ts';
import { serverNow } from '../sync/clock.ts';
import { goOn, putRight, type KnownTime } from './known-time.ts';

const fact = 'time';
const schema = v.object({ reached: v.number(), reading: v.number() });

/** The time by which leases run on this device, kept over restarts. */
export class DeviceTime {
  readonly #device: DeviceStore;
  readonly #onNoRoom: () => void;
  #known: KnownTime | null = null;
  #steadyAt = performance.now();

  /** @param onNoRoom the time could not be put down */
  constructor(device: DeviceStore, onNoRoom: () => void) {
    this.#device = device;
    this.#onNoRoom = onNoRoom;
  }

  /** Takes up what this device, or another tab, has put down. */
  async load(): Promise<void> {
    const kept = v.safeParse(schema, await this.#device.sealedFact(fact));
    if (!kept.success) return;
    this.#known = kept.output;
    this.#steadyAt = performance.now();
  }

  /** Milliseconds of the server's clock, as far as it can be known. */
  now(): number {
    const wall = serverNow().getTime();
    const steadyAt = performance.now();
    this.#known = this.#known ? goOn(this.#known, { wall, steady: steadyAt - this.#steadyAt }) : putRight(wall);
    this.#steadyAt = steadyAt;
    return this.#known.reached;
  }

  /** The server has told the time, in milliseconds. */
  async putRight(server: number): Promise<void> {
    this.#known = putRight(server);
    this.#steadyAt = performance.now();
    // Where there is no room it is known in this page all the same.
    await this.keep().catch(this.#onNoRoom);
  }

  async keep(): Promise<void> {
    if (this.#known) await this.#device.setSealedFact(fact, this.#known);
  }
}
