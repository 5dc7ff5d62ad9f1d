import { ownerKey } from '../data/owner.ts';
import { storageFailed } from '../data/storage-space.svelte.ts';
import type { SessionDevice } from './session-device.ts';
import { ownerOf } from './remembered-people.ts';
import { postPassword, postSignOutElsewhere, type Result, type SignedIn } from './session-api.ts';

/** What somebody who is signed in changes about how they sign in. */
export class OwnAccount {
  readonly #device: SessionDevice;
  readonly #session: SignedIn;

  constructor(device: SessionDevice, session: SignedIn) {
    this.#device = device;
    this.#session = session;
  }

  /**
   * Changes the password at the school first, where all other sessions end. What lies here follows under the same key, so that nothing
   * is fetched again; where it lies under yet another password it stays so, and asks for that one (S26).
   */
  async changePassword(current: string, next: string): Promise<Result<object>> {
    const { fetch, people } = this.#device;
    const result = await postPassword(fetch, { current, next }, this.#session.user.id);
    if (result.ok) await people.keys.changeSecret(ownerKey(ownerOf(this.#session)), current, next).catch(storageFailed);
    return result;
  }

  signOutElsewhere(): Promise<Result<object>> {
    return postSignOutElsewhere(this.#device.fetch, this.#session.user.id);
  }
}
