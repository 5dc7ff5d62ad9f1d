import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import type { DeviceStore } from '../data/device-store.ts';
import { ownerKey, type Owner } from '../data/owner.ts';
import { PersonKeys } from '../data/sealing/person-keys.ts';
import { wipeOwner } from '../data/wipe.ts';
import { leaseStanding } from './lease.ts';
import { LeftBehind } from './left-behind.ts';
import { isSameOwner, ownerOf, RememberedPeople, type Remembered } from './remembered-people.ts';

const wipeOwedFact = 'wipeOwed';
const ownerSchema = v.object({ schoolId: uuid, userId: uuid });
/** Who is here and those who can come back; more than a family, fewer than a class. */
const mostRemembered = 8;
const keptLapsedMs = 30 * 24 * 3_600_000;

/** This device holds unsent work of the person under a secret that they used before. */
export interface OtherSecret {
  readonly ok: false;
  readonly code: 'other_secret';
  readonly unsent: number;
}

/** The earlier secret, or that what lies under it is given up. */
export type Earlier = { readonly secret: string } | 'given_up' | null;

/** What the device keeps of people whose data is not open: who they are, what opens it, and that it goes. */
export class PeopleHere {
  readonly keys: PersonKeys;
  readonly remembered: RememberedPeople;
  readonly #device: DeviceStore;
  readonly #wipeData: (owner: Owner) => Promise<void>;

  /**
   * @param onNoRoom who is here could not be remembered
   * @param wipeData deletes a person's databases, which are closed
   */
  constructor(device: DeviceStore, onNoRoom: () => void, wipeData = (owner: Owner) => wipeOwner(owner, device)) {
    this.#device = device;
    this.#wipeData = wipeData;
    this.keys = new PersonKeys(device);
    this.remembered = new RememberedPeople(device, this.keys, onNoRoom);
  }

  /** The key of whoever has just shown who they are: what lies here opens, or nothing of worth does. */
  async keyOf(owner: Owner, secret: string | null, earlier: Earlier): Promise<CryptoKey | OtherSecret> {
    const name = ownerKey(owner);
    await this.keys.forgive(name);
    if (earlier !== 'given_up') {
      const opening = await this.keys.open(name, earlier?.secret ?? secret);
      if (opening.kind === 'opened') return opening.key;
      // What is sealed to the school arrives there without the local copy (S30).
      const { unsealed } = await new LeftBehind(this.#device, name).read();
      if (opening.kind !== 'nothing' && unsealed > 0) return { ok: false, code: 'other_secret', unsent: unsealed };
    }
    await this.wipe(owner);
    return this.keys.create(name, secret);
  }

  /**
   * The next person finds on the device only those who asked to stay, and unsent work, all of it shut. Where too many have
   * asked, the one longest away goes; nobody goes whose work was never sent.
   */
  async makeRoomFor(next: Owner): Promise<void> {
    const others = (await this.#guests()).filter(({ signedIn }) => !isSameOwner(ownerOf(signedIn), next));
    let left = others.length;
    for (const { signedIn, isKept } of others.reverse()) {
      if (isKept && left < mostRemembered) continue;
      if (await this.#wipeSent(ownerOf(signedIn))) left--;
    }
  }

  /** What was of no use for so long goes for good, unless it was never sent. @param now milliseconds, as the server has told */
  async wipeLongLapsed(now: number, present: Owner): Promise<void> {
    for (const { signedIn, seenAt } of await this.#guests()) {
      const owner = ownerOf(signedIn);
      if (isSameOwner(owner, present)) continue;
      const lease = (await this.remembered.lease(owner)) ?? { contact: seenAt, until: null };
      const holder = { kind: signedIn.user.kind, isDeviceShared: await this.remembered.isShared(owner) };
      const standing = leaseStanding(lease, holder, now);
      if (standing.kind === 'lapsed' && standing.endedAt !== null && now - standing.endedAt > keptLapsedMs) await this.#wipeSent(owner);
    }
  }

  /**
   * Leaves nothing of a person on the device. Noted first: a tab that is closed in the middle goes on with it at the next start.
   *
   * @param wipe where the person's data is open: closes and wipes it
   */
  async wipe(owner: Owner, wipe: () => Promise<void> = () => this.#wipeData(owner)): Promise<void> {
    await this.#device.setFact(wipeOwedFact, { ...owner });
    await wipe();
    await new LeftBehind(this.#device, ownerKey(owner)).forget();
    await this.remembered.forget(owner);
    await this.#device.removeFact(wipeOwedFact);
  }

  async payWipe(): Promise<void> {
    const owed = v.safeParse(ownerSchema, await this.#device.fact(wipeOwedFact));
    if (owed.success) await this.wipe(owed.output);
  }

  /** A class's tablet stays one while a teacher or a child is at it: nobody's own data is there. */
  async #guests(): Promise<Remembered[]> {
    return (await this.remembered.list()).filter(({ signedIn }) => signedIn.user.kind !== 'device');
  }

  /** @returns whether it was wiped; not where work waits that was never sent, or finished, or taken */
  async #wipeSent(owner: Owner): Promise<boolean> {
    const name = ownerKey(owner);
    if ((await new LeftBehind(this.#device, name).read()).unsent > 0 || (await this.#device.holdsOwnWork(name))) return false;
    await this.wipe(owner);
    return true;
  }
}
