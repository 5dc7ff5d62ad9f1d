import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import { DeviceStore } from '../data/device-store.ts';
import { ownerKey, type Owner } from '../data/owner.ts';
import { PersonKeys, type Opening } from '../data/sealing/person-keys.ts';
import { wipeOwner } from '../data/wipe.ts';
import { clockFact, clockOffsetSchema, learnClockOffset } from '../sync/clock.ts';
import { NotSignedIn } from '../sync/http.ts';
import { IdleWatch } from './idle.ts';
import { KeyKeeper } from './key-keeper.ts';
import { LeftBehind } from './left-behind.ts';
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
const rememberedSchema = v.object({ signedIn, avatar: v.nullable(v.string()), hasPin: v.boolean() });
/** Who was here last, and the child's picture for the screen on which they unlock. */
export type Remembered = v.InferOutput<typeof rememberedSchema>;

const tabNews = v.picklist(['changed', 'locked', 'active']);

/** This device holds unsent work of the person under a secret that they used before. */
export interface OtherSecret {
  readonly ok: false;
  readonly code: 'other_secret';
  readonly unsent: number;
}
const flushMs = 10_000;
/** Whoever locks has mostly gone already: what can be sent at once is sent, and the rest is safe as it lies. */
const lockFlushMs = 2_000;
/** A class that comes back at nine o'clock does not come back in the same second (S19). */
const jitterMs = 1_500;
const activeEveryMs = 5_000;

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
  #deviceId = '';
  #started: Promise<void> | null = null;
  #tabs: BroadcastChannel | null = null;
  #keeper: KeyKeeper | null = null;
  #idle: IdleWatch | null = null;
  #toldActiveAt = 0;
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
  async signIn(
    credentials: Credentials,
    earlier: { readonly secret: string } | 'given_up' | null = null,
  ): Promise<{ readonly ok: true } | Failure | OtherSecret> {
    await this.start();
    const result = await postSignIn(fetchHere, credentials, this.#deviceId);
    if (!result.ok) return result;
    await this.#device.removeFact(signOutOwedFact);
    return this.#inTurn(async () => {
      const key = await this.#keyAfterSignIn(result.session, secretOf(credentials), earlier);
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
      const opening = await this.#keys.open(ownerKey(ownerOf(was)), secret);
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
    return this.current !== null && (await this.#keys.standing(ownerKey(ownerOf(this.current)))).hasPin;
  }

  /** @param password what opens now */
  async choosePin(password: string, pin: string): Promise<Opening['kind']> {
    const { kind } = await this.#keys.choosePin(ownerKey(ownerOf(must(this.current, 'somebody is here'))), password, pin);
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
      // The server may be out of reach, and the cookie is not for scripts: the sign-out is owed until it is heard.
      await this.#device.setFact(signOutOwedFact, true);
      await this.#paySignOut();
      await this.#forget({ isWiped: true });
    });
    return { unsent: 0 };
  }

  get #device(): DeviceStore {
    return must(this.#store, 'the session has started');
  }

  get #keys(): PersonKeys {
    return new PersonKeys(this.#device);
  }

  async #start(): Promise<void> {
    const device = (this.#store = new DeviceStore({ channel: new BroadcastChannel('studystreaks-device') }));
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
    await this.#payWipe();
    await this.#inTurn(() => this.#recall());
    if (this.#person) void this.#ask();
    else void this.#paySignOut();
  }

  /** Opens what the device remembers where another page has its key, and shows that it is shut where none has. */
  async #recall(): Promise<void> {
    const was = await this.#remembered();
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
      this.state = (await this.#keys.standing(owner)).needsSecret ? 'locked' : 'signed_out';
    }
  }

  async #remembered(): Promise<Remembered | null> {
    const was = v.safeParse(rememberedSchema, await this.#device.sealedFact(rememberedFact));
    return was.success ? was.output : null;
  }

  /** The key of whoever has just signed in: what lies here opens, or nothing of worth does. */
  async #keyAfterSignIn(
    { user }: SignedIn,
    secret: string | null,
    earlier: { readonly secret: string } | 'given_up' | null,
  ): Promise<CryptoKey | OtherSecret> {
    const owner = { schoolId: user.schoolId, userId: user.id };
    const standing = this.#person;
    // The password may be another one by now; what is open stays as it is sealed.
    if (standing?.owner.userId === user.id && standing.owner.schoolId === user.schoolId) return standing.key;
    await this.#keys.forgive(ownerKey(owner));
    if (earlier !== 'given_up') {
      const opening = await this.#keys.open(ownerKey(owner), earlier?.secret ?? secret);
      if (opening.kind === 'opened') return opening.key;
      const unsent = await new LeftBehind(this.#device, ownerKey(owner)).count();
      if (opening.kind !== 'nothing' && unsent > 0) return { ok: false, code: 'other_secret', unsent };
    }
    await wipeOwner(owner, this.#device);
    return this.#keys.create(ownerKey(owner), secret);
  }

  /** Asks the server who is signed in. */
  async #ask(): Promise<void> {
    if (!(await this.#paySignOut())) return;
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
      await this.#leaveShut(next);
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

  async #remember(): Promise<void> {
    if (!this.#person || !this.current) return;
    const was = await this.#remembered();
    const known = was && isSameOwner(ownerOf(was.signedIn), this.#person.owner) ? was.avatar : null;
    const avatar = (await this.#person.avatar()) ?? known;
    await this.#device.setSealedFact(rememberedFact, { signedIn: this.current, avatar, hasPin: await this.hasPin() } satisfies Remembered);
  }

  #watchIdle(kind: SignedIn['user']['kind']): void {
    this.#idle?.stop();
    const idle = (this.#idle = new IdleWatch(kind, () => {
      idle.stop();
      void this.lock();
    }));
    for (const sign of ['pointerdown', 'keydown'] as const) addEventListener(sign, this.#tellActive, { capture: true, passive: true });
  }

  /** Other tabs must not lock while somebody works in this one. */
  readonly #tellActive = (): void => {
    if (performance.now() - this.#toldActiveAt < activeEveryMs) return;
    this.#toldActiveAt = performance.now();
    this.#tabs?.postMessage('active');
  };

  /** The data is shut and its key forgotten; the person stays remembered. */
  async #shut(sendForMs: number): Promise<void> {
    const person = this.#person;
    if (!person || !this.current) return;
    await this.#remember();
    this.locked = await this.#remembered();
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
    if (isForOther && person.unsentCount === 0) await this.#wipe(person.owner, () => person.wipe());
    else await person.close();
  }

  /** The same for somebody whose data is shut while another signs in. */
  async #leaveShut(next: SignedIn): Promise<void> {
    const was = await this.#remembered();
    if (!was || isSameOwner(ownerOf(was.signedIn), ownerOf(next))) return;
    const owner = ownerOf(was.signedIn);
    if ((await new LeftBehind(this.#device, ownerKey(owner)).count()) === 0) await this.#wipe(owner, () => wipeOwner(owner, this.#device));
  }

  /** Noted first: a tab that is closed in the middle goes on with it at the next start. */
  async #wipe(owner: Owner, wipe: () => Promise<void>): Promise<void> {
    await this.#device.setFact(wipeOwedFact, { ...owner });
    await wipe();
    await new LeftBehind(this.#device, ownerKey(owner)).forget();
    await this.#device.removeFact(wipeOwedFact);
  }

  async #forget({ isWiped }: { isWiped: boolean }): Promise<void> {
    const person = this.#person;
    this.#end('starting');
    await this.#device.removeFact(rememberedFact);
    // Other tabs close what they have open, or nothing could be deleted.
    this.#tabs?.postMessage('changed');
    if (person && isWiped) await this.#wipe(person.owner, () => person.wipe());
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

  async #payWipe(): Promise<void> {
    const owed = v.safeParse(ownerSchema, await this.#device.fact(wipeOwedFact));
    if (owed.success) await this.#wipe(owed.output, () => wipeOwner(owed.output, this.#device));
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
    const was = await this.#remembered();
    const person = this.#person;
    if (was && person && isSameOwner(person.owner, ownerOf(was.signedIn))) await this.#become(was.signedIn, person.key);
    else {
      // The tab in which the person signed out does the rest.
      if (person) this.#end('signed_out');
      await person?.close();
      await this.#recall();
    }
  }

  /** @returns whether no sign-out is owed any more */
  async #paySignOut(): Promise<boolean> {
    if ((await this.#device.fact(signOutOwedFact)) !== true) return true;
    try {
      await postSignOut(fetchHere);
    } catch (reason) {
      if (!(reason instanceof NotSignedIn)) return false;
    }
    await this.#device.removeFact(signOutOwedFact);
    return true;
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

function ownerOf({ user }: SignedIn): Owner {
  return { schoolId: user.schoolId, userId: user.id };
}

function isSameOwner(one: Owner, other: Owner): boolean {
  return one.schoolId === other.schoolId && one.userId === other.userId;
}

function fetchHere(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init);
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

export const session = new Session();
