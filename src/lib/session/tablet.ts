import { postEnrol } from '../class-device/devices-api.ts';
import { schoolKeyHere, type SealingTerms } from '../delivery/terms.ts';
import type { Presence } from './presence.svelte.ts';
import type { Credentials, Failure } from './session-api.ts';
import type { SessionDevice } from './session-device.ts';

const flushMs = 10_000;

/** Work of the person who enrols waits to be sent: nothing has happened. */
export interface UnsentFirst {
  readonly ok: false;
  readonly code: 'unsent';
  readonly unsent: number;
}

export interface TabletSealingTerms extends SealingTerms {
  readonly schoolId: string;
  readonly deviceId: string;
}

interface Doors {
  readonly signIn: (credentials: Credentials) => Promise<{ readonly ok: boolean; readonly code?: string }>;
  readonly signOut: () => Promise<unknown>;
}

/** This browser as a class's tablet: how it becomes one, signs itself in again, and is one no more. */
export class TabletKeeper {
  readonly #device: SessionDevice;
  readonly #presence: Presence;
  readonly #doors: Doors;

  constructor(device: SessionDevice, presence: Presence, doors: Doors) {
    this.#device = device;
    this.#presence = presence;
    this.#doors = doors;
  }

  /** Enrols this browser for a class: whoever does it is signed out, and it is the class's from then on. */
  async enrol(asked: { readonly classId: string; readonly name: string }): Promise<{ readonly ok: true } | Failure | UnsentFirst> {
    const { person } = this.#presence;
    const unsent = (await person?.flush(flushMs)) ?? 0;
    if (!person || unsent > 0) return { ok: false, code: 'unsent', unsent };
    const result = await postEnrol(this.#device.fetch, asked);
    if (!result.ok) return result;
    const { schoolId } = person.owner;
    // Kept before all else: what is cut off from here on is gone on with at the next start.
    await this.#device.classDevice.keep({ ...result.enrolled, ...asked, schoolId, signedIn: null });
    await this.#doors.signOut();
    await this.renew();
    return { ok: true };
  }

  /** The device signs itself in at the server, unless a person is here; one that the server knows no more forgets its class. */
  async renew(): Promise<void> {
    const enrolment = await this.#device.classDevice.enrolment();
    const here = this.#presence.person?.signedIn.user ?? null;
    if (!enrolment || this.#presence.state === 'locked' || (here !== null && here.id !== enrolment.id)) return;
    if (!(await this.#device.debt.pay())) return;
    const result = await this.#doors.signIn({ deviceSecret: enrolment.secret });
    if (!result.ok && result.code === 'sign_in_failed') await this.#end({ schoolId: enrolment.schoolId, userId: enrolment.id });
  }

  /** Null where this browser is no class's tablet, or does not know its school's key. */
  async sealing(): Promise<TabletSealingTerms | null> {
    const { classDevice, store, id: deviceId } = this.#device;
    const enrolment = await classDevice.enrolment();
    const schoolKey = enrolment && (await schoolKeyHere(store, enrolment.schoolId));
    return schoolKey && { schoolKey, token: enrolment.token, schoolId: enrolment.schoolId, deviceId };
  }

  /** Revoked, or its lease is over: faces and names go. What children logged stays, sealed, for whoever signs in here next. */
  #end(owner: { readonly schoolId: string; readonly userId: string }): Promise<void> {
    const { classDevice, people } = this.#device;
    return this.#presence.turns.take(async () => {
      await classDevice.end();
      if (this.#presence.person) await this.#presence.forget({ isWiped: true });
      else await people.wipe(owner);
    });
  }
}
