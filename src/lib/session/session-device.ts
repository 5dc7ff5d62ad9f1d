import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { ClassDevice } from '../class-device/enrolment.ts';
import { DeviceStore } from '../data/device-store.ts';
import { dataLease } from '../data/lease.svelte.ts';
import { clockFact, clockOffsetSchema, learnClockOffset } from '../sync/clock.ts';
import type { Fetch } from '../sync/http.ts';
import { CookieOwner } from './cookie-owner.ts';
import { KeyKeeper } from './key-keeper.ts';
import { storageFailed } from '../data/storage-space.svelte.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { PeopleHere } from './people-here.ts';
import { SignOutDebt } from './sign-out-debt.ts';

/** What a session stands on, whoever is here. */
export interface SessionDevice {
  readonly id: string;
  readonly store: DeviceStore;
  readonly people: PeopleHere;
  readonly classDevice: ClassDevice;
  readonly lease: LeaseKeeper;
  readonly keeper: KeyKeeper;
  readonly debt: SignOutDebt;
  readonly cookieOwner: CookieOwner;
  readonly fetch: Fetch;
}

/** Opens what the device itself remembers: its id, how its clock goes, and whose data lies on it. */
export async function openSessionDevice(): Promise<SessionDevice> {
  const store = new DeviceStore({ channel: new BroadcastChannel('studystreaks-device') });
  const fetchHere: Fetch = (url, init) => fetch(url, init);
  const id = v.parse(uuid, await store.claimFact('deviceId', uuidv7()));
  learnClockOffset(v.parse(clockOffsetSchema, await store.fact(clockFact)));
  const people = new PeopleHere(store, storageFailed);
  const lease = new LeaseKeeper(store, people.remembered, dataLease, storageFailed);
  await lease.time.load();
  return {
    id,
    store,
    people,
    lease,
    classDevice: new ClassDevice(store),
    keeper: new KeyKeeper(),
    debt: new SignOutDebt(store, fetchHere),
    cookieOwner: new CookieOwner(store),
    fetch: fetchHere,
  };
}
