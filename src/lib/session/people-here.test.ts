import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeviceStore } from '../data/device-store.ts';
import { ownerKey } from '../data/owner.ts';
import { LeftBehind, type Left } from './left-behind.ts';
import { PeopleHere } from './people-here.ts';

const owner = { schoolId: uuidv7(), userId: uuidv7() };
let device: DeviceStore;
let people: PeopleHere;

beforeEach(async () => {
  const indexedDB = new IDBFactory();
  vi.stubGlobal('indexedDB', indexedDB);
  device = new DeviceStore({ dexie: { indexedDB, IDBKeyRange } });
  people = new PeopleHere(device, () => undefined);
  await people.keyOf(owner, 'the first password', null);
});
afterEach(() => {
  device.close();
  vi.unstubAllGlobals();
});

const leave = (left: Left) => new LeftBehind(device, ownerKey(owner)).note(left);

describe('S30: whoever comes back with another password', () => {
  it('goes on at once where all that waited is sealed to the school', async () => {
    await leave({ unsent: 3, unsealed: 0 });
    expect(await people.keyOf(owner, 'the second password', null)).toBeInstanceOf(CryptoKey);
  });

  it('is asked for the first where something would be lost, and told how much', async () => {
    await leave({ unsent: 3, unsealed: 1 });
    const answer = await people.keyOf(owner, 'the second password', null);
    expect(answer).toEqual({ ok: false, code: 'other_secret', unsent: 1 });
    expect(await people.keyOf(owner, 'the second password', { secret: 'the first password' })).toBeInstanceOf(CryptoKey);
  });

  it('is asked too where it was noted before anything was ever sealed', async () => {
    await device.setFact(`left:${ownerKey(owner)}`, 2);
    expect(await people.keyOf(owner, 'the second password', null)).toMatchObject({ code: 'other_secret', unsent: 2 });
    expect(await people.keyOf(owner, 'the second password', 'given_up')).toBeInstanceOf(CryptoKey);
    // What was given up is gone: nothing asks for it again.
    expect(await people.keyOf(owner, 'the third password', null)).toBeInstanceOf(CryptoKey);
  });
});
