import type { DeviceFacts } from '../data/device-store.ts';
import { ownerKey, type Owner } from '../data/owner.ts';

const fact = 'cookieOwner';

/** Whose the session is that this browser has at the server: people change without it, and the cookie is not for scripts. */
export class CookieOwner {
  readonly #device: DeviceFacts;

  constructor(device: DeviceFacts) {
    this.#device = device;
  }

  /** They have just signed in at the server. */
  async note(owner: Owner): Promise<void> {
    await this.#device.setFact(fact, ownerKey(owner));
  }

  /** What was never noted is theirs who asks. */
  async is(owner: Owner): Promise<boolean> {
    const noted = await this.#device.fact(fact);
    return noted === undefined || noted === ownerKey(owner);
  }
}
