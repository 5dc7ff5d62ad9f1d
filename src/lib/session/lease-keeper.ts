import type { DeviceStore } from '../data/device-store.ts';
import { DeviceTime } from './device-time.ts';
import { leaseStanding, type Lease } from './lease.ts';
import { ownerOf, type RememberedPeople } from './remembered-people.ts';
import type { SignedIn } from './session-api.ts';

const lookEveryMs = 30_000;
const contactNotedEveryMs = 15_000;

/** What screens are told of a lease. */
export interface LeaseShown {
  isLapsed: boolean;
  /** ISO 8601; null while nobody is here or it has lapsed. */
  endsAt: string | null;
}

/** The lease of the person who is here: how it runs, that a contact renews it, and what the screens are told. */
export class LeaseKeeper {
  readonly time: DeviceTime;
  readonly #remembered: RememberedPeople;
  readonly #shown: LeaseShown;
  readonly #onNoRoom: () => void;
  #person: SignedIn | null = null;
  #lease: Lease | null = null;
  #isDeviceShared = true;
  #notedAt = -Infinity;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param onNoRoom the time could not be put down */
  constructor(device: DeviceStore, remembered: RememberedPeople, shown: LeaseShown, onNoRoom: () => void) {
    this.time = new DeviceTime(device, onNoRoom);
    this.#remembered = remembered;
    this.#shown = shown;
    this.#onNoRoom = onNoRoom;
  }

  /** Somebody signed in at the server: where nothing of theirs lies here yet, there is nothing old to be hidden. */
  async begin(person: SignedIn): Promise<void> {
    if ((await this.#remembered.lease(ownerOf(person))) === null) await this.#renew(person, this.time.now());
  }

  /** Call it before the person's data is shown. */
  async watch(person: SignedIn): Promise<void> {
    this.stop();
    this.#person = person;
    this.#timer = setInterval(() => {
      this.#look();
      this.time.keep().catch(this.#onNoRoom);
    }, lookEveryMs);
    document.addEventListener('visibilitychange', this.#look);
    await this.reload();
  }

  /** Another tab has had a contact. */
  async reload(): Promise<void> {
    const person = this.#person;
    if (!person) return;
    await this.time.load();
    const owner = ownerOf(person);
    this.#lease = await this.#remembered.lease(owner);
    this.#isDeviceShared = await this.#remembered.isShared(owner);
    this.#look();
  }

  /**
   * This device has all that the server had for the person.
   *
   * @param server the server's time, in milliseconds
   * @returns whether it was put down: not more often than need be
   */
  async contact(server: number): Promise<boolean> {
    const person = this.#person;
    if (!person || (!this.#shown.isLapsed && performance.now() - this.#notedAt < contactNotedEveryMs)) return false;
    this.#notedAt = performance.now();
    await this.time.putRight(server);
    // The contact was when the server told its time, however long this device was asleep before it came to this line.
    await this.#renew(person, server);
    return true;
  }

  stop(): void {
    clearInterval(this.#timer);
    document.removeEventListener('visibilitychange', this.#look);
    this.#person = null;
    this.#notedAt = -Infinity;
    // Whether it has lapsed stays as it is until the next person's data opens: what closes now must not show itself first.
    this.#shown.endsAt = null;
  }

  async #renew(person: SignedIn, contact: number): Promise<void> {
    // A class device's session ends with its lease.
    const until = person.user.kind === 'device' ? Date.parse(person.expiresAt) : null;
    const lease = { contact, until };
    await this.#remembered.setLease(ownerOf(person), lease);
    if (this.#person !== person) return;
    this.#lease = lease;
    this.#look();
  }

  readonly #look = (): void => {
    if (!this.#person) return;
    const holder = { kind: this.#person.user.kind, isDeviceShared: this.#isDeviceShared };
    const standing = leaseStanding(this.#lease, holder, this.time.now());
    this.#shown.isLapsed = standing.kind === 'lapsed';
    this.#shown.endsAt = standing.kind === 'running' ? new Date(standing.endsAt).toISOString() : null;
  };
}
