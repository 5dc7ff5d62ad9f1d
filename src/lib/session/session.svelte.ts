import { must } from '#domain/must.ts';
import { isNoRoom } from '../data/no-room.ts';
import { ownerKey } from '../data/owner.ts';
import type { Opening } from '../data/sealing/person-keys.ts';
import { storageFailed } from '../data/storage-space.svelte.ts';
import { fetchTheRest, loadPerson } from './app-parts.ts';
import { loginOf } from './login.ts';
import type { Earlier, OtherSecret } from './people-here.ts';
import { OwnAccount } from './own-account.ts';
import { Presence } from './presence.svelte.ts';
import { isSameOwner, ownerOf, type Remembered } from './remembered-people.ts';
import { sealAnew } from './seal-anew.ts';
import { secretOf } from './secrets.ts';
import { postClass, postSignIn, type Classroom, type Credentials, type Failure, type Result, type SignedIn } from './session-api.ts';
import { SessionAtSchool } from './session-at-school.ts';
import { openSessionDevice, type SessionDevice } from './session-device.ts';
import { TabletKeeper, type TabletSealingTerms, type UnsentFirst } from './tablet.ts';

export type { Remembered } from './remembered-people.ts';
export type { Classroom, Credentials, SignedIn } from './session-api.ts';

const flushMs = 10_000;

interface Started {
  readonly device: SessionDevice;
  readonly presence: Presence;
  readonly tablet: TabletKeeper;
  readonly atSchool: SessionAtSchool;
}
interface SignInOptions {
  /** The secret that opens what lies here of the same person, or that it is given up. */
  readonly earlier?: Earlier;
  /** Whether they say that nobody else uses this device; left out, it stays as it was. */
  readonly isOwnDevice?: boolean;
}

/** Who is signed in on this device. */
class Session {
  #started: Started | null = $state.raw(null);
  #starting: Promise<Started> | null = null;

  /** `starting` until the device has looked; screens wait for it. `locked`: somebody's data is here, and shut. */
  get state(): Presence['state'] {
    return this.#started?.presence.state ?? 'starting';
  }

  /** Stays while the server's session has lapsed: work goes on, and is sent after the next sign-in. */
  get current(): SignedIn | null {
    return this.#started?.presence.current ?? null;
  }

  /** Who is asked for their secret; null while it is asked who comes. */
  get locked(): Remembered | null {
    return this.#started?.presence.locked ?? null;
  }

  /** Whose data lies here and opens with a secret, whoever was here last first. */
  get people(): readonly Remembered[] {
    return this.#started?.presence.people ?? [];
  }

  /** Opens what the device remembers, with or without a network, then asks the server. Call it once, in the layout. */
  start(): Promise<Started> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** @returns whether it went well; `retryAfterSeconds` where the server asks for a pause */
  async signIn(
    credentials: Credentials,
    { earlier = null, isOwnDevice }: SignInOptions = {},
  ): Promise<{ readonly ok: true } | Failure | OtherSecret> {
    const { device, presence } = await this.start();
    try {
      await loadPerson();
    } catch {
      // What the app is made of does not come: nor would a session.
      return { ok: false, code: 'offline' };
    }
    const result = await postSignIn(device.fetch, credentials, device.id);
    if (!result.ok) return result;
    const owner = ownerOf(result.session);
    await device.debt.forgive();
    await device.cookieOwner.note(owner).catch(storageFailed);
    const taken = presence.turns.take(async () => {
      const secret = secretOf(credentials);
      const standing = presence.person;
      const isOpen = standing !== null && isSameOwner(standing.owner, owner);
      const key = isOpen ? standing.key : await device.people.keyOf(owner, secret, earlier);
      if (!(key instanceof CryptoKey)) return key;
      await device.lease.begin(result.session);
      await presence.become(result.session, key, isOwnDevice === undefined ? {} : { isOwnDevice });
      if (result.delivery) await presence.person?.learn(result.delivery);
      const login = loginOf(credentials);
      if (login) await presence.person?.rememberLogin(login);
      await device.classDevice.remember(result.session);
      presence.tellTabs();
      // What was open lies under the password of then, which may be another one by now.
      if (isOpen && secret !== null) sealAnew(device, presence, result.session, secret).catch(storageFailed);
      return { ok: true } as const;
    });
    return taken.catch((reason: unknown) => {
      if (isNoRoom(reason)) return { ok: false, code: 'no_room' };
      throw reason;
    });
  }

  /** The children of a class, for the screen where a child finds the own picture. */
  async fetchClass(classCode: string): Promise<Result<{ readonly classroom: Classroom }>> {
    const { device } = await this.start();
    return postClass(device.fetch, classCode, device.id);
  }

  /** Opens what is shut, with or without a network. @param secret password, PIN, or a child's three pictures */
  unlock(secret: string): Promise<Opening['kind']> {
    const { device, presence, atSchool } = this.#here;
    return presence.turns.take(async () => {
      if (!presence.locked) return 'nothing';
      const { signedIn: was } = presence.locked;
      const opening = await device.people.keys.open(ownerKey(ownerOf(was)), secret);
      if (opening.kind !== 'opened') return opening.kind;
      await presence.become(was, opening.key);
      if (presence.person && !opening.isByPin) presence.person.untriedSecret = secret;
      presence.tellTabs();
      void atSchool.ask();
      return 'opened';
    });
  }

  /** Asks the school anew what the person who is here may do. */
  renew(): Promise<void> {
    return this.#here.atSchool.ask();
  }

  /** Shuts the person's data, in every tab. What waits is sent if that is quick, and is safe in any case. */
  lock(): Promise<void> {
    const { presence } = this.#here;
    return presence.turns.take(() => presence.lock());
  }

  /**
   * Makes way for somebody whose data lies here too: who is here is shut, and stays on this device.
   *
   * @param next who is asked for their secret then; null: it is asked who comes
   */
  switchTo(next: Remembered | null): Promise<void> {
    const { presence } = this.#here;
    return presence.turns.take(() => presence.makeWay(next));
  }

  /** Somebody else wants to sign in; whose data is shut finds it again. */
  leaveLocked(): Promise<void> {
    const { presence } = this.#here;
    return presence.turns.take(() => presence.leaveLocked());
  }

  /** Whether a PIN opens the data of the person who is here. */
  async hasPin(): Promise<boolean> {
    return this.current !== null && (await this.#here.device.people.keys.standing(ownerKey(ownerOf(this.current)))).hasPin;
  }

  /** @param password what opens now */
  async choosePin(password: string, pin: string): Promise<Opening['kind']> {
    const { device, presence } = this.#here;
    const owner = ownerKey(ownerOf(must(this.current, 'somebody is here')));
    const { kind } = await device.people.keys.choosePin(owner, password, pin);
    await presence.remember();
    return kind;
  }

  /** @throws where nobody is here */
  get account(): OwnAccount {
    return new OwnAccount(this.#here.device, must(this.current, 'somebody is here'));
  }

  /**
   * Sends what waits, for ten seconds at most, then signs out and wipes the person's data from this device (S26).
   *
   * @param unsent what becomes of work that could not be sent: `keep_sealed` leaves it here in envelopes that the school alone
   *   can open, for whoever signs in next to deliver (S30)
   * @returns how many entries still wait; where there are any, nothing has happened
   */
  async signOut(unsent: 'stay' | 'keep_sealed' | 'discard' = 'stay'): Promise<{ readonly unsent: number }> {
    const { device, presence } = this.#here;
    const { person } = presence;
    if (!person) return { unsent: 0 };
    // Who knows that there is no network does not wait for one.
    const left = unsent === 'stay' ? await person.flush(navigator.onLine ? flushMs : 0) : 0;
    if (left > 0) return { unsent: left };
    if (unsent === 'discard') await person.discardUnsent();
    else if (!(await person.sealUnsent()) && person.unsentCount > 0) return { unsent: person.unsentCount };
    await presence.turns.take(async () => {
      await device.debt.owe();
      await device.debt.pay();
      await presence.forget({ isWiped: true });
    });
    return { unsent: 0 };
  }

  /** Makes this browser a class's tablet; whoever does it is signed out. */
  enrolTablet(asked: { readonly classId: string; readonly name: string }): Promise<{ readonly ok: true } | Failure | UnsentFirst> {
    return this.#here.tablet.enrol(asked);
  }

  /** A class's tablet signs itself in again. */
  renewTablet(): Promise<void> {
    return this.#here.tablet.renew();
  }

  /** How a class's tablet seals what its children log; null where this browser is none. */
  tabletSealing(): Promise<TabletSealingTerms | null> {
    return this.#here.tablet.sealing();
  }

  get #here(): Started {
    return must(this.#started, 'the session has started');
  }

  async #start(): Promise<Started> {
    fetchTheRest();
    const device = await openSessionDevice();
    const presence = new Presence(device);
    const tablet = new TabletKeeper(device, presence, {
      signIn: (credentials) => this.signIn(credentials),
      signOut: () => this.signOut(),
    });
    const atSchool = new SessionAtSchool(device, presence);
    this.#started = { device, presence, tablet, atSchool };
    atSchool.follow();
    await device.people.payWipe();
    await presence.turns.take(() => presence.recall());
    if (presence.person) void atSchool.ask();
    else void device.debt.pay().then(() => tablet.renew());
    return this.#started;
  }
}

export const session = new Session();
