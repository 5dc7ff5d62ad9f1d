import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import { DeviceStore } from '../data/device-store.ts';
import { wipeOwner } from '../data/wipe.ts';
import { clockFact, clockOffsetSchema, learnClockOffset } from '../sync/clock.ts';
import { NotSignedIn } from '../sync/http.ts';
import { Person } from './person.ts';
import { registerWorker } from './register-worker.ts';
import {
  fetchSession,
  postClass,
  postSignIn,
  postSignOut,
  signedIn,
  type Classroom,
  type Credentials,
  type Failure,
  type Result,
  type SignedIn,
} from './session-api.ts';

export type { Classroom, Credentials, SignedIn } from './session-api.ts';

const rememberedFact = 'session';
const signOutOwedFact = 'signOutOwed';
const wipeOwedFact = 'wipeOwed';
const ownerSchema = v.object({ schoolId: uuid, userId: uuid });
const flushMs = 10_000;
/** A class that comes back at nine o'clock does not come back in the same second (S19). */
const jitterMs = 1_500;

/** Who is signed in on this device. */
class Session {
  /** `starting` until the device has looked; screens wait for it. */
  state: 'starting' | 'signed_out' | 'signed_in' = $state('starting');
  /** Stays while the server's session has lapsed: work goes on, and is sent after the next sign-in. */
  current: SignedIn | null = $state.raw(null);

  #person: Person | null = null;
  #device: DeviceStore | null = null;
  #deviceId = '';
  #started: Promise<void> | null = null;
  #tabs: BroadcastChannel | null = null;
  /** One change of person at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Opens what the device remembers, with or without a network, then asks the server. Call it once, in the layout. */
  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /** @returns whether it went well; `retryAfterSeconds` where the server asks for a pause */
  async signIn(credentials: Credentials): Promise<{ readonly ok: true } | Failure> {
    await this.start();
    const result = await postSignIn(fetchHere, credentials, this.#deviceId);
    if (!result.ok) return result;
    await this.#device?.removeFact(signOutOwedFact);
    await this.#inTurn(() => this.#become(result.session));
    this.#tabs?.postMessage('changed');
    return { ok: true };
  }

  /** The children of a class, for the screen where a child finds the own picture. */
  async fetchClass(classCode: string): Promise<Result<{ readonly classroom: Classroom }>> {
    await this.start();
    return postClass(fetchHere, classCode, this.#deviceId);
  }

  /**
   * Sends what waits, for ten seconds at most, then signs out and wipes the person's data from this device (S26).
   *
   * @returns how many entries still wait; when there are any and `discardUnsent` was not said, nothing has happened
   */
  async signOut({ discardUnsent = false } = {}): Promise<{ readonly unsent: number }> {
    const person = this.#person;
    if (!person) return { unsent: 0 };
    const unsent = discardUnsent ? 0 : await person.flush(flushMs);
    if (unsent > 0) return { unsent };
    await this.#inTurn(async () => {
      // The server may be out of reach, and the cookie is not for scripts: the sign-out is owed until it is heard.
      await this.#device?.setFact(signOutOwedFact, true);
      await this.#paySignOut();
      await this.#forget({ isWiped: true });
    });
    return { unsent: 0 };
  }

  async #start(): Promise<void> {
    const device = (this.#device = new DeviceStore({ channel: new BroadcastChannel('studystreaks-device') }));
    this.#deviceId = v.parse(uuid, await device.claimFact('deviceId', uuidv7()));
    learnClockOffset(v.parse(clockOffsetSchema, await device.fact(clockFact)));
    this.#tabs = new BroadcastChannel('studystreaks-session');
    this.#tabs.addEventListener('message', () => void this.#inTurn(() => this.#followOtherTab()));
    addEventListener('online', () => {
      this.#comeBack();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#comeBack();
    });
    void registerWorker();
    await this.#payWipe();
    const remembered = v.safeParse(signedIn, await device.fact(rememberedFact));
    if (remembered.success) {
      await this.#inTurn(() => this.#become(remembered.output));
      void this.#ask();
    } else if (!(await this.#ask())) this.state = 'signed_out';
  }

  /** Asks the server who is signed in. @returns whether somebody is */
  async #ask(): Promise<boolean> {
    if (!(await this.#paySignOut())) return false;
    try {
      const session = await fetchSession(fetchHere);
      await this.#inTurn(() => this.#become(session));
      return true;
    } catch (reason) {
      if (reason instanceof NotSignedIn && reason.isEnded) await this.#inTurn(() => this.#endAccess());
      // Without an answer, or with a session that has lapsed, the person goes on with what is on the device.
      return false;
    }
  }

  #comeBack(): void {
    setTimeout(() => this.#person?.syncNow(), Math.random() * jitterMs);
  }

  async #become(next: SignedIn): Promise<void> {
    const device = must(this.#device, 'the session has started');
    const standing = this.#person?.signedIn;
    await device.setFact(rememberedFact, next);
    if (
      standing &&
      standing.user.id === next.user.id &&
      standing.user.schoolId === next.user.schoolId &&
      isSameList(standing.collections, next.collections)
    ) {
      this.current = next;
      this.#person?.sessionRenewed();
    } else {
      await this.#leave(standing !== undefined && standing.user.id !== next.user.id);
      this.#person = await Person.open({
        signedIn: next,
        device,
        deviceId: this.#deviceId,
        fetch: fetchHere,
        onAccessEnded: () => void this.#inTurn(() => this.#endAccess()),
      });
      this.current = next;
    }
    this.state = 'signed_in';
  }

  /** The next person finds nothing of the last, but what the last had not sent stays until they come back. */
  async #leave(isForOther: boolean): Promise<void> {
    const person = this.#person;
    this.#person = null;
    if (!person) return;
    if (isForOther && person.unsentCount === 0) {
      await this.#device?.setFact(wipeOwedFact, person.owner);
      await person.wipe();
      await this.#device?.removeFact(wipeOwedFact);
    } else await person.close();
  }

  async #forget({ isWiped }: { isWiped: boolean }): Promise<void> {
    const person = this.#person;
    const device = must(this.#device, 'the session has started');
    this.#person = null;
    this.current = null;
    this.state = 'starting';
    // Noted first: a tab that is closed in the middle goes on with it at the next start.
    if (person && isWiped) await device.setFact(wipeOwedFact, person.owner);
    await device.removeFact(rememberedFact);
    // Other tabs close what they have open, or nothing could be deleted.
    this.#tabs?.postMessage('changed');
    if (isWiped) {
      await person?.wipe();
      await device.removeFact(wipeOwedFact);
    } else await person?.close();
    this.state = 'signed_out';
  }

  async #payWipe(): Promise<void> {
    const owed = v.safeParse(ownerSchema, await this.#device?.fact(wipeOwedFact));
    if (!owed.success || !this.#device) return;
    await wipeOwner(owed.output, this.#device);
    await this.#device.removeFact(wipeOwedFact);
  }

  /** The account can no longer be used: everything goes but work that was never sent. */
  async #endAccess(): Promise<void> {
    if (this.#person) await this.#forget({ isWiped: this.#person.unsentCount === 0 });
  }

  /** Somebody has signed in or out in another tab of this browser. */
  async #followOtherTab(): Promise<void> {
    const remembered = v.safeParse(signedIn, await this.#device?.fact(rememberedFact));
    if (remembered.success) await this.#become(remembered.output);
    else if (this.#person) await this.#closeWithOtherTab();
  }

  /** The tab in which the person signed out does the rest. */
  async #closeWithOtherTab(): Promise<void> {
    const person = this.#person;
    this.#person = null;
    this.current = null;
    this.state = 'signed_out';
    await person?.close();
  }

  /** @returns whether no sign-out is owed any more */
  async #paySignOut(): Promise<boolean> {
    if ((await this.#device?.fact(signOutOwedFact)) !== true) return true;
    try {
      await postSignOut(fetchHere);
    } catch (reason) {
      if (!(reason instanceof NotSignedIn)) return false;
    }
    await this.#device?.removeFact(signOutOwedFact);
    return true;
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(change);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function fetchHere(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init);
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

export const session = new Session();
