import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeviceStore } from '../data/device-store.ts';
import { LeaseKeeper, type LeaseShown } from './lease-keeper.ts';
import { PeopleHere } from './people-here.ts';
import { ownerOf } from './remembered-people.ts';
import { signedIn } from './session-api.ts';

const hour = 3_600_000;
const contact = Date.parse('2026-11-23T08:00:00Z');
const teacher = v.parse(signedIn, {
  user: { id: uuidv7(), schoolId: uuidv7(), kind: 'teacher', displayName: 'Ms Okafor' },
  access: {},
  collections: ['school'],
  expiresAt: '2026-12-01T00:00:00Z',
});
const thereIsRoom = () => {
  throw new Error('there is room');
};
let device: DeviceStore;
let people: PeopleHere;
let keeper: LeaseKeeper;
let shown: LeaseShown;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: contact });
  vi.stubGlobal('document', new EventTarget());
  device = new DeviceStore({ dexie: { indexedDB: new IDBFactory(), IDBKeyRange } });
  people = new PeopleHere(device, thereIsRoom);
  shown = { isLapsed: false, endsAt: null };
  keeper = new LeaseKeeper(device, people.remembered, shown, thereIsRoom);
  await people.remembered.remember(teacher, contact, {});
  await keeper.begin(teacher);
  await keeper.watch(teacher);
});
afterEach(() => {
  keeper.stop();
  device.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the lease of a teacher on a shared laptop', () => {
  it('S27: runs for a day from the contact, and lapses then', async () => {
    vi.setSystemTime(contact + hour);
    expect(await keeper.contact(contact + hour)).toBe(true);
    expect(shown).toEqual({ isLapsed: false, endsAt: new Date(contact + 25 * hour).toISOString() });
    vi.setSystemTime(contact + 25 * hour);
    await keeper.reload();
    expect(shown).toEqual({ isLapsed: true, endsAt: null });
  });

  it('S27: is no longer where the laptop slept between the contact and the moment it was put down', async () => {
    const putDown = device.setSealedFact.bind(device);
    vi.spyOn(device, 'setSealedFact').mockImplementation((name, value) => {
      vi.setSystemTime(contact + 23 * hour);
      return putDown(name, value);
    });
    await keeper.contact(contact + hour);
    expect(await people.remembered.lease(ownerOf(teacher))).toEqual({ contact: contact + hour, until: null });
    expect(shown.endsAt).toBe(new Date(contact + 25 * hour).toISOString());
  });
});
