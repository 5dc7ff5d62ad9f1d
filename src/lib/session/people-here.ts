import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import type { DeviceStore } from '../data/device-store.ts';
import { ownerKey, type Owner } from '../data/owner.ts';
import { PersonKeys } from '../data/sealing/person-keys.ts';
import { wipeOwner } from '../data/wipe.ts';
import { LeftBehind } from './left-behind.ts';
import { signedIn, type SignedIn } from './session-api.ts';

const rememberedFact = 'session';
const wipeOwedFact = 'wipeOwed';
const ownerSchema = v.object({ schoolId: uuid, userId: uuid });
const rememberedSchema = v.object({ signedIn, avatar: v.nullable(v.string()), hasPin: v.boolean() });
/** Who was here last, and the child's picture for the screen on which they unlock. */
export type Remembered = v.InferOutput<typeof rememberedSchema>;

/** This device holds unsent work of the person under a secret that they used before. */
export interface OtherSecret {
  readonly ok: false;
  readonly code: 'other_secret';
  readonly unsent: number;
}

/** The earlier secret, or that what lies under it is given up. */
export type Earlier = { readonly secret: string } | 'given_up' | null;

/** What the device keeps of people whose data is not open: who was here last, what opens it, and that it goes. */
export class PeopleHere {
  readonly keys: PersonKeys;
  readonly #device: DeviceStore;
  readonly #onNoRoom: () => void;

  /** @param onNoRoom who is here could not be remembered */
  constructor(device: DeviceStore, onNoRoom: () => void) {
    this.#device = device;
    this.#onNoRoom = onNoRoom;
    this.keys = new PersonKeys(device);
  }

  async last(): Promise<Remembered | null> {
    const was = v.safeParse(rememberedSchema, await this.#device.sealedFact(rememberedFact));
    return was.success ? was.output : null;
  }

  /** @param avatar null where it is not known now; what was known stays */
  async remember(person: SignedIn, avatar: string | null): Promise<Remembered> {
    const was = await this.last();
    const known = was && isSameOwner(ownerOf(was.signedIn), ownerOf(person)) ? was.avatar : null;
    const { hasPin } = await this.keys.standing(ownerKey(ownerOf(person)));
    const now: Remembered = { signedIn: person, avatar: avatar ?? known, hasPin };
    // Who could not be remembered signs in again; what they see and what they did is not less for it.
    await this.#device.setSealedFact(rememberedFact, now).catch(this.#onNoRoom);
    return now;
  }

  async forgetLast(): Promise<void> {
    await this.#device.removeFact(rememberedFact);
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

  /** The next person finds nothing of the last, but what the last had not sent stays until they come back. */
  async makeRoomFor(next: Owner): Promise<void> {
    const was = await this.last();
    // A class's tablet stays one while a teacher or a child is at it: nobody's own data is there.
    if (!was || was.signedIn.user.kind === 'device' || isSameOwner(ownerOf(was.signedIn), next)) return;
    const owner = ownerOf(was.signedIn);
    if ((await new LeftBehind(this.#device, ownerKey(owner)).read()).unsent === 0) await this.wipe(owner);
  }

  /**
   * Leaves nothing of a person on the device. Noted first: a tab that is closed in the middle goes on with it at the next start.
   *
   * @param wipe where the person's data is open: closes and wipes it
   */
  async wipe(owner: Owner, wipe: () => Promise<void> = () => wipeOwner(owner, this.#device)): Promise<void> {
    await this.#device.setFact(wipeOwedFact, { ...owner });
    await wipe();
    await new LeftBehind(this.#device, ownerKey(owner)).forget();
    await this.#device.removeFact(wipeOwedFact);
  }

  async payWipe(): Promise<void> {
    const owed = v.safeParse(ownerSchema, await this.#device.fact(wipeOwedFact));
    if (owed.success) await this.wipe(owed.output);
  }
}

export function ownerOf({ user }: SignedIn): Owner {
  return { schoolId: user.schoolId, userId: user.id };
}

export function isSameOwner(one: Owner, other: Owner): boolean {
  return one.schoolId === other.schoolId && one.userId === other.userId;
}
