import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import type { DeviceStore } from '../data/device-store.ts';
import { ownerKey, type Owner } from '../data/owner.ts';
import type { PersonKeys } from '../data/sealing/person-keys.ts';
import type { Lease } from './lease.ts';
import { signedIn, type SignedIn } from './session-api.ts';

const prefix = 'person:';
const lastFact = 'last';
const sharedFact = 'isShared';
const ownerSchema = v.object({ schoolId: uuid, userId: uuid });
const recordSchema = v.object({
  signedIn,
  avatar: v.nullable(v.string()),
  /** They asked for it: the next person's arrival does not wipe what is theirs. */
  isKept: v.boolean(),
  /** They said that nobody else uses this device. */
  isOwnDevice: v.boolean(),
  /** Milliseconds of the server's clock when they were last here. */
  seenAt: v.number(),
});
type Kept = v.InferOutput<typeof recordSchema>;
const leaseSchema = v.object({ contact: v.number(), until: v.nullable(v.number()) });

/** Somebody whose data lies on this device, for the screen on which they unlock. */
export interface Remembered extends Kept {
  readonly hasPin: boolean;
  /** False where a card opens it: there is nothing that could be asked for here. */
  readonly needsSecret: boolean;
}

/** What changes of what is remembered; what is not named stays. */
export interface Remembering {
  /** Null where it is not known now; what was known stays. */
  readonly avatar?: string | null;
  readonly isKept?: boolean;
  readonly isOwnDevice?: boolean;
}

/** Whose data lies on this device. Each stands sealed under the device's key: names are not for whoever copies its files. */
export class RememberedPeople {
  readonly #device: DeviceStore;
  readonly #keys: PersonKeys;
  readonly #onNoRoom: () => void;

  /** @param onNoRoom somebody, or their lease, could not be put down */
  constructor(device: DeviceStore, keys: PersonKeys, onNoRoom: () => void) {
    this.#device = device;
    this.#keys = keys;
    this.#onNoRoom = onNoRoom;
  }

  /** Who was here last comes first. */
  async list(): Promise<Remembered[]> {
    const facts = await this.#device.sealedFacts(prefix);
    const kept = facts.map((fact) => v.safeParse(recordSchema, fact)).flatMap(({ success, output }) => (success ? [output] : []));
    return Promise.all(kept.sort((one, other) => other.seenAt - one.seenAt).map((person) => this.#withKeys(person)));
  }

  async of(owner: Owner): Promise<Remembered | null> {
    const kept = v.safeParse(recordSchema, await this.#device.sealedFact(personFact(owner)));
    return kept.success ? this.#withKeys(kept.output) : null;
  }

  async last(): Promise<Remembered | null> {
    const owner = v.safeParse(ownerSchema, await this.#device.sealedFact(lastFact));
    return owner.success ? this.of(owner.output) : null;
  }

  /** @param now milliseconds of the server's clock */
  async remember(person: SignedIn, now: number, { avatar = null, isKept, isOwnDevice }: Remembering = {}): Promise<Remembered> {
    const owner = ownerOf(person);
    const was = await this.of(owner);
    const isOwn = isOwnDevice ?? was?.isOwnDevice ?? false;
    const kept: Kept = {
      signedIn: person,
      avatar: avatar ?? was?.avatar ?? null,
      isKept: isKept ?? (isOwn || (was?.isKept ?? false)),
      isOwnDevice: isOwn,
      seenAt: now,
    };
    // Who could not be remembered signs in again; what they see and what they did is not less for it.
    await this.#putDown(owner, kept).catch(this.#onNoRoom);
    return this.#withKeys(kept);
  }

  /** Whether others use this device too, or may. Once shared it stays so until nobody is left on it. */
  async isShared(owner: Owner): Promise<boolean> {
    return (await this.#device.fact(sharedFact)) === true || !(await this.of(owner))?.isOwnDevice;
  }

  async forget(owner: Owner): Promise<void> {
    await this.#device.removeFact(personFact(owner));
    await this.#device.removeFact(leaseFact(owner));
    const last = v.safeParse(ownerSchema, await this.#device.sealedFact(lastFact));
    if (last.success && isSameOwner(last.output, owner)) await this.#device.removeFact(lastFact);
    if ((await this.list()).length === 0) await this.#device.removeFact(sharedFact);
  }

  async lease(owner: Owner): Promise<Lease | null> {
    const lease = v.safeParse(leaseSchema, await this.#device.sealedFact(leaseFact(owner)));
    return lease.success ? lease.output : null;
  }

  async setLease(owner: Owner, lease: Lease): Promise<void> {
    await this.#device.setSealedFact(leaseFact(owner), { ...lease }).catch(this.#onNoRoom);
  }

  async #putDown(owner: Owner, kept: Kept): Promise<void> {
    await this.#device.setSealedFact(personFact(owner), kept);
    await this.#device.setSealedFact(lastFact, { ...owner });
    if ((await this.list()).length > 1) await this.#device.setFact(sharedFact, true);
  }

  async #withKeys(kept: Kept): Promise<Remembered> {
    const keys = await this.#keys.standing(ownerKey(ownerOf(kept.signedIn)));
    return { ...kept, hasPin: keys.hasPin, needsSecret: keys.isKept && keys.needsSecret };
  }
}

export function ownerOf({ user }: SignedIn): Owner {
  return { schoolId: user.schoolId, userId: user.id };
}

export function isSameOwner(one: Owner, other: Owner): boolean {
  return one.schoolId === other.schoolId && one.userId === other.userId;
}

function personFact(owner: Owner): string {
  return `${prefix}${ownerKey(owner)}`;
}

function leaseFact(owner: Owner): string {
  return `lease:${ownerKey(owner)}`;
}
