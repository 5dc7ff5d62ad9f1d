import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import type { DeviceStore } from '../data/device-store.ts';
import { signedIn, type SignedIn } from '../session/session-api.ts';

const fact = 'classDevice';

const enrolmentSchema = v.object({
  /** The device's own, as a user of the school. */
  id: uuid,
  schoolId: uuid,
  classId: uuid,
  name: v.string(),
  /** Signs the device in. */
  secret: v.string(),
  /** With which the work of its children is delivered (S30). */
  token: v.string(),
  /** ISO instant. */
  leaseUntil: v.string(),
  /** As the server told at the last sign-in; null before the first. */
  signedIn: v.nullable(signedIn),
});
/** What this browser was enrolled for a class with. */
export type Enrolment = v.InferOutput<typeof enrolmentSchema>;

/** It was a class's tablet once, and is to be set up again. */
const endedSchema = v.object({ ended: v.literal(true) });

/** Whether this browser is the tablet of a class; sealed under the device's own key, since nobody on it has a secret for all. */
export class ClassDevice {
  readonly #device: DeviceStore;

  constructor(device: DeviceStore) {
    this.#device = device;
  }

  /** Null where it is none, or is one no more. */
  async enrolment(): Promise<Enrolment | null> {
    const kept = v.safeParse(enrolmentSchema, await this.#device.sealedFact(fact));
    return kept.success ? kept.output : null;
  }

  async keep(enrolment: Enrolment): Promise<void> {
    await this.#device.setSealedFact(fact, enrolment);
  }

  /** The device is signed in: with that it opens from now on, without a network too. */
  async remember(told: SignedIn): Promise<void> {
    const standing = await this.enrolment();
    if (standing?.id === told.user.id) await this.keep({ ...standing, signedIn: told });
  }

  /** Revoked, or its lease is over: its secrets go. */
  async end(): Promise<void> {
    await this.#device.setSealedFact(fact, { ended: true } satisfies v.InferInput<typeof endedSchema>);
  }

  async isEnded(): Promise<boolean> {
    return v.is(endedSchema, await this.#device.sealedFact(fact));
  }
}
