import { storageFailed } from '../data/storage-space.svelte.ts';
import { NotSignedIn } from '../sync/http.ts';
import { credentialsOf } from './login.ts';
import type { Presence } from './presence.svelte.ts';
import { isSameOwner, ownerOf } from './remembered-people.ts';
import { fetchSession, postSignIn, type SessionAnswer } from './session-api.ts';
import type { SessionDevice } from './session-device.ts';

/** A class that comes back at nine o'clock does not come back in the same second (S19). */
const jitterMs = 1_500;

/** The server's session of the person who is here: it lapses, ends and begins again while work goes on. */
export class SessionAtSchool {
  readonly #device: SessionDevice;
  readonly #presence: Presence;

  constructor(device: SessionDevice, presence: Presence) {
    this.#device = device;
    this.#presence = presence;
  }

  /** Goes on whenever the network or the person may be back. */
  follow(): void {
    addEventListener('online', () => {
      this.#comeBack();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#comeBack();
    });
  }

  /** Asks the server who is signed in; where that is somebody else, what has just opened the data may sign them in there too. */
  async ask(): Promise<void> {
    const { debt, fetch } = this.#device;
    if (!(await debt.pay())) return;
    try {
      if (await this.#renew(await fetchSession(fetch))) return;
    } catch (reason) {
      // Without an answer the person goes on with what is on the device.
      if (!(reason instanceof NotSignedIn)) return;
      if (reason.isEnded) await this.#presence.turns.take(() => this.#presence.endAccess());
    }
    await this.#signInAgain();
  }

  /** @returns whether it is the session of the person who is here */
  #renew({ session, delivery }: SessionAnswer): Promise<boolean> {
    const presence = this.#presence;
    return presence.turns.take(async () => {
      const { person } = presence;
      if (!person || !isSameOwner(person.owner, ownerOf(session))) return false;
      person.untriedSecret = null;
      await presence.become(session, person.key);
      if (delivery) await presence.person?.learn(delivery);
      return true;
    });
  }

  async #signInAgain(): Promise<void> {
    const { person } = this.#presence;
    const secret = person?.untriedSecret ?? null;
    const login = await person?.login();
    if (!person || secret === null || !login) return;
    person.untriedSecret = null;
    const result = await postSignIn(this.#device.fetch, credentialsOf(login, secret), this.#device.id);
    if (result.ok) {
      await this.#device.cookieOwner.note(ownerOf(result.session)).catch(storageFailed);
      if (await this.#renew(result)) this.#presence.tellTabs();
    } else if (result.code === 'offline' || result.code === 'unavailable') person.untriedSecret = secret;
    // Otherwise the server wants more than this, and the screens ask the person to sign in.
  }

  #comeBack(): void {
    setTimeout(() => {
      const { person } = this.#presence;
      if (!person) return;
      if (person.untriedSecret === null) person.syncNow();
      else void this.ask();
    }, Math.random() * jitterMs);
  }
}
