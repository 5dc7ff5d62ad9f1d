import type { DeviceFacts } from '../data/device-store.ts';
import { NotSignedIn, type Fetch } from '../sync/http.ts';
import { postSignOut } from './session-api.ts';

const fact = 'signOutOwed';

/** The server may be out of reach, and the cookie is not for scripts: a sign-out is owed until it is heard. */
export class SignOutDebt {
  readonly #device: DeviceFacts;
  readonly #fetch: Fetch;

  constructor(device: DeviceFacts, fetch: Fetch) {
    this.#device = device;
    this.#fetch = fetch;
  }

  async owe(): Promise<void> {
    await this.#device.setFact(fact, true);
  }

  /** Somebody has signed in: that ended the session before. */
  async forgive(): Promise<void> {
    await this.#device.removeFact(fact);
  }

  /** @returns whether none is owed any more */
  async pay(): Promise<boolean> {
    if ((await this.#device.fact(fact)) !== true) return true;
    try {
      await postSignOut(this.#fetch);
    } catch (reason) {
      if (!(reason instanceof NotSignedIn)) return false;
    }
    await this.forgive();
    return true;
  }
}
