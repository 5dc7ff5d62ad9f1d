import { ownerKey } from '../data/owner.ts';
import { sealedWork } from '../delivery/sealed-work.svelte.ts';
import { loadPerson } from './app-parts.ts';
import { IdleWatch } from './idle.ts';
import type { Person } from './person.ts';
import { isSameOwner, ownerOf, type Remembered, type Remembering } from './remembered-people.ts';
import type { SessionDevice } from './session-device.ts';
import { SessionTabs } from './session-tabs.ts';
import type { SignedIn } from './session-api.ts';
import { Turns } from './turns.ts';

/** Whoever locks has mostly gone already: what can be sent at once is sent, and the rest is safe as it lies. */
const lockFlushMs = 2_000;

/** Who is here in this page, and the changes from one to the next. One change at a time: call them within `turns`. */
export class Presence {
  /** `starting` until the device has looked; screens wait for it. `locked`: somebody's data is here, and shut. */
  state: 'starting' | 'signed_out' | 'locked' | 'signed_in' = $state('starting');
  /** Stays while the server's session has lapsed: work goes on, and is sent after the next sign-in. */
  current: SignedIn | null = $state.raw(null);
  /** Who is asked for their secret; null while it is asked who comes. */
  locked: Remembered | null = $state.raw(null);
  /** Whose data lies here and opens with a secret, whoever was here last first. */
  people: readonly Remembered[] = $state.raw([]);

  readonly turns = new Turns();
  readonly #device: SessionDevice;
  readonly #tabs: SessionTabs;
  #person: Person | null = null;
  #idle: IdleWatch | null = null;

  constructor(device: SessionDevice) {
    this.#device = device;
    this.#tabs = new SessionTabs({
      active: () => this.#idle?.touch(),
      locked: () => void this.turns.take(() => this.#shut(0)),
      changed: () => void this.turns.take(() => this.#followOtherTab()),
      contact: () => void device.lease.reload(),
    });
  }

  get person(): Person | null {
    return this.#person;
  }

  /** Opens what the device remembers where another page has its key, and shows that it is shut where none has. */
  async recall({ isInOtherTab = false } = {}): Promise<void> {
    const { people, keeper, classDevice } = this.#device;
    const was = await people.remembered.last();
    const key = was && (await keeper.ask(ownerKey(ownerOf(was.signedIn)), isInOtherTab));
    if (was && key) {
      await this.become(was.signedIn, key);
      return;
    }
    if (was) sealedWork.carry(ownerOf(was.signedIn));
    await this.#listPeople();
    // Who came by a card has no secret: the card opens it again. A class's tablet asks for nobody's but the last one's.
    const [only, ...others] = this.people;
    if (!only || (!was?.needsSecret && (await classDevice.enrolment()) !== null)) {
      await this.#rest();
      return;
    }
    this.locked = others.length === 0 ? only : null;
    this.state = 'locked';
  }

  /** Nobody is here: a class's tablet is open for its class then, with or without a network. */
  async #rest(): Promise<void> {
    const { classDevice, people } = this.#device;
    const tablet = (await classDevice.enrolment())?.signedIn ?? null;
    const opening = tablet && (await people.keys.open(ownerKey(ownerOf(tablet)), null));
    if (tablet && opening?.kind === 'opened') await this.become(tablet, opening.key);
    else this.state = 'signed_out';
  }

  /** @param key under which the person's data lies here */
  async become(next: SignedIn, key: CryptoKey, remembering: Remembering = {}): Promise<void> {
    const { people, lease } = this.#device;
    const standing = this.#person?.signedIn;
    const isSamePerson = standing !== undefined && isSameOwner(ownerOf(standing), ownerOf(next));
    const isStillOpen = isSamePerson && this.#person?.key === key;
    if (isSamePerson && isSameList(standing.collections, next.collections)) {
      this.current = next;
      this.#person?.sessionRenewed();
    } else {
      const { Person } = await loadPerson();
      const leaving = this.#person;
      this.#person = null;
      await leaving?.sealUnsent();
      await leaving?.close();
      await people.makeRoomFor(ownerOf(next));
      await people.remembered.remember(next, lease.time.now(), remembering);
      await lease.watch(next);
      this.#person = await Person.open({
        signedIn: next,
        key,
        device: this.#device.store,
        deviceId: this.#device.id,
        fetch: this.#device.fetch,
        onUpToDate: (server) => this.#noteContact(server),
        onAccessEnded: () => void this.turns.take(() => this.endAccess()),
      });
      this.current = next;
    }
    await this.remember(remembering);
    await lease.reload();
    sealedWork.carry(ownerOf(next));
    this.locked = null;
    // Security: who is here already may have gone meanwhile, and a renewal that was under way is no sign of them.
    if (!isStillOpen) {
      this.#idle?.stop();
      // A class's tablet is never shut: its own screens send a child away who has gone.
      if (next.user.kind !== 'device') this.#watchIdle(next.user.kind, ownerKey(ownerOf(next)), key);
    }
    this.state = 'signed_in';
  }

  /** Other tabs do as this one has done. */
  tellTabs(): void {
    this.#tabs.tell('changed');
  }

  async remember(remembering: Remembering = {}): Promise<Remembered | null> {
    if (!this.#person || !this.current) return null;
    const { people, lease } = this.#device;
    const avatar = await this.#person.avatar();
    const here = await people.remembered.remember(this.current, lease.time.now(), { avatar, ...remembering });
    await this.#listPeople();
    return here;
  }

  /** Shuts the person's data, in every tab. What waits is sent if that is quick, and is safe in any case. */
  async lock(): Promise<void> {
    if (!this.#person) return;
    this.#tabs.tell('locked');
    await this.#shut(lockFlushMs);
  }

  /** Who is here makes way, and finds everything again. @param next who is asked for their secret; null: it is asked who comes */
  async makeWay(next: Remembered | null): Promise<void> {
    if (this.#person) {
      this.#tabs.tell('locked');
      await this.remember({ isKept: true });
      await this.#shut(lockFlushMs, next);
    } else if (this.state !== 'starting') {
      this.locked = next;
      this.state = 'locked';
    }
  }

  /** Somebody else wants to sign in; whose data is shut finds it again. */
  async leaveLocked(): Promise<void> {
    if (this.state === 'locked') await this.#rest();
  }

  async forget({ isWiped }: { isWiped: boolean }): Promise<void> {
    const person = this.#person;
    const { people } = this.#device;
    this.#end('starting');
    if (person) await people.remembered.forget(person.owner);
    // Other tabs close what they have open, or nothing could be deleted.
    this.tellTabs();
    if (person && isWiped) await people.wipe(person.owner, () => person.wipe());
    else await person?.close();
    await this.recall();
  }

  /** The account can no longer be used: everything goes but work that was never sent, which is sealed to the school (S27). */
  async endAccess(): Promise<void> {
    const person = this.#person;
    // What has ended may be another person's session, whose cookie is still here.
    if (person && (await this.#device.cookieOwner.is(person.owner))) await this.forget({ isWiped: await person.sealUnsent() });
  }

  /** Somebody has signed in or out, or unlocked, in another tab of this browser. */
  async #followOtherTab(): Promise<void> {
    const was = await this.#device.people.remembered.last();
    const person = this.#person;
    if (was && person && isSameOwner(person.owner, ownerOf(was.signedIn))) await this.become(was.signedIn, person.key);
    else {
      // The tab in which the person signed out does the rest.
      if (person) this.#end('signed_out');
      await person?.close();
      await this.recall({ isInOtherTab: true });
    }
  }

  async #noteContact(server: number): Promise<void> {
    const { lease, people } = this.#device;
    if (!(await lease.contact(server))) return;
    this.#tabs.tell('contact');
    await this.turns.take(async () => {
      if (this.#person) await people.wipeLongLapsed(server, this.#person.owner);
    });
  }

  async #listPeople(): Promise<void> {
    this.people = (await this.#device.people.remembered.list()).filter(({ needsSecret }) => needsSecret);
  }

  #watchIdle(kind: SignedIn['user']['kind'], owner: string, key: CryptoKey): void {
    const idle = (this.#idle = new IdleWatch(kind, {
      onIdle: () => {
        idle.stop();
        void this.turns.take(() => this.lock());
      },
      // Other tabs must not lock while somebody works in this one.
      onActive: () => {
        this.#tabs.tell('active');
      },
    }));
    this.#device.keeper.hold(owner, key, () => idle.leftMs);
  }

  /**
   * The data is shut and its key forgotten; the person stays remembered.
   *
   * @param next who is asked for their secret then; left out: whoever was here
   */
  async #shut(sendForMs: number, next?: Remembered | null): Promise<void> {
    const person = this.#person;
    if (!person || !this.current) return;
    const was = await this.remember();
    // Security: who came by a card has no secret that could be asked for here, and any would open. The card is shown again.
    const asked = next === undefined ? (was?.needsSecret ? was : null) : next;
    const isTablet = (await this.#device.classDevice.enrolment()) !== null;
    this.#end(asked === null && (isTablet || this.people.length === 0) ? 'signed_out' : 'locked');
    this.locked = asked;
    // The session at the server goes on, and carries what lies sealed here.
    sealedWork.carry(person.owner);
    if (sendForMs > 0) {
      if (navigator.onLine && person.unsentCount > 0) await person.flush(sendForMs);
      await person.sealUnsent();
    }
    await person.close();
    if (this.state === 'signed_out') await this.#rest();
  }

  #end(state: 'starting' | 'signed_out' | 'locked'): void {
    this.#idle?.stop();
    this.#device.lease.stop();
    this.#device.keeper.forget();
    sealedWork.rest();
    this.#person = null;
    this.current = null;
    this.locked = null;
    this.state = state;
  }
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}
