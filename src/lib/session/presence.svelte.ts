import { ownerKey } from '../data/owner.ts';
import { sealedWork } from '../delivery/sealed-work.svelte.ts';
import { IdleWatch } from './idle.ts';
import { isSameOwner, ownerOf, type Remembered } from './people-here.ts';
import { Person } from './person.ts';
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
  /** Whose data is shut. */
  locked: Remembered | null = $state.raw(null);

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
    });
  }

  get person(): Person | null {
    return this.#person;
  }

  /** Opens what the device remembers where another page has its key, and shows that it is shut where none has. */
  async recall(): Promise<void> {
    const { people, keeper } = this.#device;
    const was = await people.last();
    if (!was) {
      await this.#rest();
      return;
    }
    const owner = ownerKey(ownerOf(was.signedIn));
    const key = await keeper.ask(owner);
    if (key) await this.become(was.signedIn, key);
    else if ((await people.keys.standing(owner)).needsSecret) {
      this.locked = was;
      sealedWork.carry(ownerOf(was.signedIn));
      this.state = 'locked';
    } else {
      sealedWork.carry(ownerOf(was.signedIn));
      // Who came by a card has no secret: the card opens it again.
      await this.#rest();
    }
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
  async become(next: SignedIn, key: CryptoKey): Promise<void> {
    const standing = this.#person?.signedIn;
    const isSamePerson = standing !== undefined && isSameOwner(ownerOf(standing), ownerOf(next));
    if (isSamePerson && isSameList(standing.collections, next.collections)) {
      this.current = next;
      this.#person?.sessionRenewed();
    } else {
      await this.#leave(standing !== undefined && !isSamePerson);
      await this.#device.people.makeRoomFor(ownerOf(next));
      this.#person = await Person.open({
        signedIn: next,
        key,
        device: this.#device.store,
        deviceId: this.#device.id,
        fetch: this.#device.fetch,
        onAccessEnded: () => void this.turns.take(() => this.endAccess()),
      });
      this.current = next;
    }
    await this.remember();
    sealedWork.carry(ownerOf(next));
    this.locked = null;
    this.#idle?.stop();
    // A class's tablet is never shut: its own screens send a child away who has gone.
    if (next.user.kind !== 'device') this.#watchIdle(next.user.kind, ownerKey(ownerOf(next)), key);
    this.state = 'signed_in';
  }

  /** Other tabs do as this one has done. */
  tellTabs(): void {
    this.#tabs.tell('changed');
  }

  async remember(): Promise<Remembered | null> {
    return this.#person && this.current ? this.#device.people.remember(this.current, await this.#person.avatar()) : null;
  }

  /** Shuts the person's data, in every tab. What waits is sent if that is quick, and is safe in any case. */
  async lock(): Promise<void> {
    if (!this.#person) return;
    this.#tabs.tell('locked');
    await this.#shut(lockFlushMs);
  }

  /** Somebody else wants to sign in; whose data is shut finds it again. */
  async leaveLocked(): Promise<void> {
    if (this.state === 'locked') await this.#rest();
  }

  async forget({ isWiped }: { isWiped: boolean }): Promise<void> {
    const person = this.#person;
    const { people } = this.#device;
    this.#end('starting');
    await people.forgetLast();
    // Other tabs close what they have open, or nothing could be deleted.
    this.tellTabs();
    if (person && isWiped) await people.wipe(person.owner, () => person.wipe());
    else await person?.close();
    await this.#rest();
  }

  /** The account can no longer be used: everything goes but work that was never sent, which is sealed to the school (S27). */
  async endAccess(): Promise<void> {
    if (this.#person) await this.forget({ isWiped: await this.#person.sealUnsent() });
  }

  /** Somebody has signed in or out, or unlocked, in another tab of this browser. */
  async #followOtherTab(): Promise<void> {
    const was = await this.#device.people.last();
    const person = this.#person;
    if (was && person && isSameOwner(person.owner, ownerOf(was.signedIn))) await this.become(was.signedIn, person.key);
    else {
      // The tab in which the person signed out does the rest.
      if (person) this.#end('signed_out');
      await person?.close();
      await this.recall();
    }
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

  /** The data is shut and its key forgotten; the person stays remembered. */
  async #shut(sendForMs: number): Promise<void> {
    const person = this.#person;
    if (!person || !this.current) return;
    this.locked = await this.remember();
    // Security: who came by a card has no secret that could be asked for here, and any would open. The card is shown again.
    const { needsSecret } = await this.#device.people.keys.standing(ownerKey(person.owner));
    this.#idle?.stop();
    this.#device.keeper.forget();
    this.current = null;
    this.state = needsSecret ? 'locked' : 'signed_out';
    this.#person = null;
    if (sendForMs > 0) {
      if (navigator.onLine && person.unsentCount > 0) await person.flush(sendForMs);
      await person.sealUnsent();
    }
    await person.close();
    if (!needsSecret) await this.#rest();
  }

  /** The next person finds nothing of the last, but what the last had not sent stays until they come back. */
  async #leave(isForOther: boolean): Promise<void> {
    const person = this.#person;
    this.#person = null;
    if (!person) return;
    await person.sealUnsent();
    const isWiped = isForOther && person.unsentCount === 0 && person.signedIn.user.kind !== 'device';
    if (isWiped) await this.#device.people.wipe(person.owner, () => person.wipe());
    else await person.close();
  }

  #end(state: 'starting' | 'signed_out'): void {
    this.#idle?.stop();
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
