import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import { DeviceStore } from '../data/device-store.ts';
import { ownerKey } from '../data/owner.ts';
import type { Opening } from '../data/sealing/person-keys.ts';
import { clockFact, clockOffsetSchema, learnClockOffset } from '../sync/clock.ts';
import { NotSignedIn } from '../sync/http.ts';
import { IdleWatch } from './idle.ts';
import { KeyKeeper } from './key-keeper.ts';
import { isSameOwner, ownerOf, PeopleHere, type Earlier, type OtherSecret, type Remembered } from './people-here.ts';
import { Person } from './person.ts';
import { registerWorker } from './register-worker.ts';
import { SignOutDebt } from './sign-out-debt.ts';
import {
  fetchSession,
  postClass,
  postSignIn,
  type Classroom,
  type Credentials,
  type Failure,
  type Result,
  type SignedIn,
} from './session-api.ts';

export type { Remembered } from './people-here.ts';
export type { Classroom, Credentials, SignedIn } from './session-api.ts';

const tabNews = v.picklist(['changed', 'locked', 'active']);

const flushMs = 10_000;
/** Whoever locks has mostly gone already: what can be sent at once is sent, and the rest is safe as it lies. */
const lockFlushMs = 2_000;
/** A class that comes back at nine o'clock does not come back in the same second (S19). */
const jitterMs = 1_500;

/** Who is signed in on this device. */
class Session {
  /** `starting` until the device has looked; screens wait for it. `locked`: somebody's data is here, and shut. */
  state: 'starting' | 'signed_out' | 'locked' | 'signed_in' = $state('starting');
  /** Stays while the server's session has lapsed: work goes on, and is sent after the next sign-in. */
  current: SignedIn | null = $state.raw(null);
  /** Whose data is shut. */
  locked: Remembered | null = $state.raw(null);

  #person: Person | null = null;
  #store: DeviceStore | null = null;
  #here: PeopleHere | null = null;
  #deviceId = '';
  #started: Promise<void> | null = null;
  #tabs: BroadcastChannel | null = null;
  #keeper: KeyKeeper | null = null;
  #idle: IdleWatch | null = null;
  /** One change of person at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Opens what the device remembers, with or without a network, then asks the server. Call it once, in the layout. */
  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /**
   * @param earlier the secret that opens what lies here of the same person, or that it is given up
   * @returns whether it went well; `retryAfterSeconds` where the server asks for a pause
   */
  async signIn(credentials: Credentials, earlier: Earlier = null): Promise<{ readonly ok: true } | Failure | OtherSecret> {
    await this.start();
    const result = await postSignIn(fetchHere, credentials, this.#deviceId);
    if (!result.ok) return result;
    await this.#debt.forgive();
    return this.#inTurn(async () => {
      const owner = ownerOf(result.session);
      const standing = this.#person;
      // What is open stays as it is sealed, though the password may be another one by now.
      const isOpen = standing !== null && isSameOwner(standing.owner, owner);
      const key = isOpen ? standing.key : await this.#people.keyOf(owner, secretOf(credentials), earlier);
      if (!(key instanceof CryptoKey)) return key;
      await this.#become(result.session, key);
      this.#tabs?.postMessage('changed');
      return { ok: true };
    });
  }

  /** The children of a class, for the screen where a child finds the own picture. */
  async fetchClass(classCode: string): Promise<Result<{ readonly classroom: Classroom }>> {
    await this.start();
    return postClass(fetchHere, classCode, this.#deviceId);
  }

  /** Opens what is shut, with or without a network. @param secret password, PIN, or a child's three pictures */
  unlock(secret: string): Promise<Opening['kind']> {
    return this.#inTurn(async () => {
      if (!this.locked) return 'nothing';
      const { signedIn: was } = this.locked;
      const opening = await this.#people.keys.open(ownerKey(ownerOf(was)), secret);
      if (opening.kind !== 'opened') return opening.kind;
      await this.#become(was, opening.key);
      this.#tabs?.postMessage('changed');
      void this.#ask();
      return 'opened';
    });
  }

  /** Shuts the person's data, in every tab. What waits is sent if that is quick, and is safe in any case. */
  lock(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#person) return;
      this.#tabs?.postMessage('locked');
      await this.#shut(lockFlushMs);
    });
  }

  /** Somebody else wants to sign in; whose data is shut finds it again. */
  leaveLocked(): void {
    if (this.state === 'locked') this.state = 'signed_out';
  }

  /** Whether a PIN opens the data of the person who is here. */
  async hasPin(): Promise<boolean> {
    return this.current !== null && (await this.#people.keys.standing(ownerKey(ownerOf(this.current)))).hasPin;
  }

  /** @param password what opens now */
  async choosePin(password: string, pin: string): Promise<Opening['kind']> {
    const { kind } = await this.#people.keys.choosePin(ownerKey(ownerOf(must(this.current, 'somebody is here'))), password, pin);
    await this.#remember();
    return kind;
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
      await this.#debt.owe();
      await this.#debt.pay();
      await this.#forget({ isWiped: true });
    });
    return { unsent: 0 };
  }

  get #device(): DeviceStore {
    return must(this.#store, 'the session has started');
  }

  get #debt(): SignOutDebt {
    return new SignOutDebt(this.#device, fetchHere);
  }

  get #people(): PeopleHere {
    return must(this.#here, 'the session has started');
  }

  async #start(): Promise<void> {
    const device = (this.#store = new DeviceStore({ channel: new BroadcastChannel('studystreaks-device') }));
    this.#here = new PeopleHere(device);
    this.#deviceId = v.parse(uuid, await device.claimFact('deviceId', uuidv7()));
    learnClockOffset(v.parse(clockOffsetSchema, await device.fact(clockFact)));
    this.#keeper = new KeyKeeper();
    this.#tabs = new BroadcastChannel('studystreaks-session');
    this.#tabs.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      this.#hearTab(v.parse(tabNews, data));
    });
    addEventListener('online', () => {
      this.#comeBack();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#comeBack();
    });
    void registerWorker();
    await this.#people.payWipe();
    await this.#inTurn(() => this.#recall());
    if (this.#person) void this.#ask();
    else void this.#debt.pay();
  }

  /** Opens what the device remembers where another page has its key, and shows that it is shut where none has. */
  async #recall(): Promise<void> {
    const was = await this.#people.last();
    if (!was) {
      this.state = 'signed_out';
      return;
    }
    const owner = ownerKey(ownerOf(was.signedIn));
    const key = await must(this.#keeper, 'the session has started').ask(owner);
    if (key) await this.#become(was.signedIn, key);
    else {
      this.locked = was;
      // Who came by a card has no secret: the card opens it again.
      this.state = (await this.#people.keys.standing(owner)).needsSecret ? 'locked' : 'signed_out';
    }
  }

  /** Asks the server who is signed in. */
  async #ask(): Promise<void> {
    if (!(await this.#debt.pay())) return;
    try {
      const session = await fetchSession(fetchHere);
      await this.#inTurn(async () => {
        const person = this.#person;
        // Somebody else's session: another tab has said so, or is about to.
        if (person && isSameOwner(person.owner, ownerOf(session))) await this.#become(session, person.key);
      });
    } catch (reason) {
      if (reason instanceof NotSignedIn && reason.isEnded) await this.#inTurn(() => this.#endAccess());
      // Without an answer, or with a session that has lapsed, the person goes on with what is on the device.
    }
  }

  #comeBack(): void {
    setTimeout(() => this.#person?.syncNow(), Math.random() * jitterMs);
  }

  async #become(next: SignedIn, key: CryptoKey): Promise<void> {
    const standing = this.#person?.signedIn;
    const isSamePerson = standing !== undefined && isSameOwner(ownerOf(standing), ownerOf(next));
    if (isSamePerson && isSameList(standing.collections, next.collections)) {
      this.current = next;
      this.#person?.sessionRenewed();
    } else {
      await this.#leave(standing !== undefined && !isSamePerson);
      await this.#people.makeRoomFor(ownerOf(next));
      this.#person = await Person.open({
        signedIn: next,
        key,
        device: this.#device,
        deviceId: this.#deviceId,
        fetch: fetchHere,
        onAccessEnded: () => void this.#inTurn(() => this.#endAccess()),
      });
      this.current = next;
    }
    await this.#remember();
    this.locked = null;
    this.#watchIdle(next.user.kind);
    const idle = must(this.#idle, 'it has just begun');
    this.#keeper?.hold(ownerKey(ownerOf(next)), key, () => idle.leftMs);
    this.state = 'signed_in';
  }

  async #remember(): Promise<Remembered | null> {
    return this.#person && this.current ? this.#people.remember(this.current, await this.#person.avatar()) : null;
  }

  #watchIdle(kind: SignedIn['user']['kind']): void {
    this.#idle?.stop();
    const idle = (this.#idle = new IdleWatch(kind, {
      onIdle: () => {
        idle.stop();
        void this.lock();
      },
      // Other tabs must not lock while somebody works in this one.
      onActive: () => this.#tabs?.postMessage('active'),
    }));
  }

  /** The data is shut and its key forgotten; the person stays remembered. */
  async #shut(sendForMs: number): Promise<void> {
    const person = this.#person;
    if (!person || !this.current) return;
    this.locked = await this.#remember();
    this.#idle?.stop();
    this.#keeper?.forget();
    this.current = null;
    this.state = 'locked';
    this.#person = null;
    if (sendForMs > 0 && navigator.onLine && person.unsentCount > 0) await person.flush(sendForMs);
    await person.close();
  }

  /** The next person finds nothing of the last, but what the last had not sent stays until they come back. */
  async #leave(isForOther: boolean): Promise<void> {
    const person = this.#person;
    this.#person = null;
    if (!person) return;
    if (isForOther && person.unsentCount === 0) await this.#people.wipe(person.owner, () => person.wipe());
    else await person.close();
  }

  async #forget({ isWiped }: { isWiped: boolean }): Promise<void> {
    const person = this.#person;
    this.#end('starting');
    await this.#people.forgetLast();
    // Other tabs close what they have open, or nothing could be deleted.
    this.#tabs?.postMessage('changed');
    if (person && isWiped) await this.#people.wipe(person.owner, () => person.wipe());
    else await person?.close();
    this.state = 'signed_out';
  }

  #end(state: 'starting' | 'signed_out'): void {
    this.#idle?.stop();
    this.#keeper?.forget();
    this.#person = null;
    this.current = null;
    this.locked = null;
    this.state = state;
  }

  /** The account can no longer be used: everything goes but work that was never sent. */
  async #endAccess(): Promise<void> {
    if (this.#person) await this.#forget({ isWiped: this.#person.unsentCount === 0 });
  }

  #hearTab(news: v.InferOutput<typeof tabNews>): void {
    if (news === 'active') this.#idle?.touch();
    else if (news === 'locked') void this.#inTurn(() => this.#shut(0));
    else void this.#inTurn(() => this.#followOtherTab());
  }

  /** Somebody has signed in or out, or unlocked, in another tab of this browser. */
  async #followOtherTab(): Promise<void> {
    const was = await this.#people.last();
    const person = this.#person;
    if (was && person && isSameOwner(person.owner, ownerOf(was.signedIn))) await this.#become(was.signedIn, person.key);
    else {
      // The tab in which the person signed out does the rest.
      if (person) this.#end('signed_out');
      await person?.close();
      await this.#recall();
    }
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(change);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** What opens the person's data on this device from now on; a card is nothing that anybody knows. */
function secretOf(credentials: Credentials): string | null {
  if ('password' in credentials) return credentials.password;
  return 'pictures' in credentials ? pictureSecret(credentials.pictures) : null;
}

/** A child's three pictures as one secret. */
export function pictureSecret(pictures: readonly number[]): string {
  return pictures.join('-');
}

function fetchHere(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init);
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

export const session = new Session();
