import * as v from 'valibot';
import { schoolKey, type SchoolKey } from '#domain/delivery/envelope.ts';
import type { DeliveryTerms } from '#domain/delivery/protocol.ts';
import type { DeviceStore, OwnerStore } from '../data/device-store.ts';

const tokenFact = 'deliveryToken';
const keyFact = (schoolId: string) => `schoolKey:${schoolId}`;

/** What sealing work needs: to whom, and by what right it is delivered. */
export interface SealingTerms {
  readonly schoolKey: SchoolKey;
  readonly token: string;
}

/** Keeps what the server told: the school's key with the device, the token with the person, both sealed. */
export async function keepTerms(device: DeviceStore, store: OwnerStore, schoolId: string, told: DeliveryTerms): Promise<void> {
  await device.setSealedFact(keyFact(schoolId), told.schoolKey);
  if (told.token !== null) await store.setFact(tokenFact, told.token);
}

/** The school's key, also while nobody is signed in; null where this device never learned it. */
export async function schoolKeyHere(device: DeviceStore, schoolId: string): Promise<SchoolKey | null> {
  const key = v.safeParse(schoolKey, await device.sealedFact(keyFact(schoolId)));
  return key.success ? key.output : null;
}

/** Null until the person has signed in here at a server that delivers. */
export async function termsHere(device: DeviceStore, store: OwnerStore, schoolId: string): Promise<SealingTerms | null> {
  const key = await schoolKeyHere(device, schoolId);
  const token = v.safeParse(v.string(), await store.fact(tokenFact));
  return key && token.success ? { schoolKey: key, token: token.output } : null;
}
