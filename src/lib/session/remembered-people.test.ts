import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { must } from '#domain/must.ts';
import { DeviceStore } from '../data/device-store.ts';
import { ownerKey, type Owner } from '../data/owner.ts';
import { createKey } from '../data/sealing/seal.ts';
import { LeftBehind } from './left-behind.ts';
import { PeopleHere } from './people-here.ts';
import { ownerOf, type Remembering } from './remembered-people.ts';
import { signedIn, type SignedIn } from './session-api.ts';

const schoolId = uuidv7();
const day = 24 * 3_600_000;
let indexedDB: IDBFactory;
let device: DeviceStore;
let people: PeopleHere;
let wiped: Owner[];
let now: number;

beforeEach(() => {
  indexedDB = new IDBFactory();
  device = new DeviceStore({ dexie: { indexedDB, IDBKeyRange } });
  wiped = [];
  now = 1_000_000;
  people = new PeopleHere(device, noted, (owner) => {
    wiped.push(owner);
    return Promise.resolve();
  });
});

const noted = () => {
  throw new Error('there is room');
};

function somebody(displayName: string, kind: SignedIn['user']['kind'] = 'teacher'): SignedIn {
  return v.parse(signedIn, {
    user: { id: uuidv7(), schoolId, kind, displayName },
    access: {},
    collections: ['school'],
    expiresAt: '2026-12-01T00:00:00Z',
  });
}

/** Comes after everybody else, works, and goes. */
async function come(person: SignedIn, { unsent = 0, ...remembering }: Remembering & { readonly unsent?: number } = {}): Promise<void> {
  now += 1000;
  const owner = ownerOf(person);
  await people.makeRoomFor(owner);
  await people.remembered.remember(person, now, remembering);
  await new LeftBehind(device, ownerKey(owner)).note({ unsent, unsealed: unsent });
}

async function names(): Promise<string[]> {
  return (await people.remembered.list()).map(({ signedIn: { user } }) => user.displayName);
}

describe('the people of a device', () => {
  it('S26: who was only locked goes when the next person comes; who asked to stay, and who has unsent work, does not', async () => {
    const locked = somebody('Ms Okafor');
    await come(locked);
    await come(somebody('Mr Patel'), { isKept: true });
    expect(wiped).toEqual([ownerOf(locked)]);
    await come(somebody('Mrs Jones'), { unsent: 2 });
    await come(somebody('Miss Lee'));
    expect(await names()).toEqual(['Miss Lee', 'Mrs Jones', 'Mr Patel']);
    expect(wiped).toHaveLength(1);
  });

  it('says who was here last, and with what they come back', async () => {
    const maya = somebody('Maya Shah', 'student');
    await people.keys.create(ownerKey(ownerOf(maya)), '1-5-9');
    await come(maya, { avatar: 'fox-3', isKept: true });
    await come(somebody('Mr Patel'));
    await come(maya);
    expect((await people.remembered.last())?.signedIn.user.displayName).toBe('Maya Shah');
    const [first] = await people.remembered.list();
    expect(first).toMatchObject({ avatar: 'fox-3', isKept: true, hasPin: false, needsSecret: true });
  });

  it('keeps nobody’s name in plain', async () => {
    await come(somebody('Ms Okafor'));
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('studystreaks-device');
      request.onsuccess = () => {
        resolve(request.result);
      };
      request.onerror = () => {
        reject(must(request.error, 'it says why'));
      };
    });
    const rows = await new Promise<unknown[]>((resolve) => {
      const request: IDBRequest<unknown[]> = database.transaction('device').objectStore('device').getAll();
      request.onsuccess = () => {
        resolve(request.result);
      };
    });
    database.close();
    expect(rows.length).toBeGreaterThan(0);
    const bytes = rows.map((row) => {
      const { value } = Object(row) as { value: unknown };
      return value instanceof ArrayBuffer ? new TextDecoder('latin1').decode(value) : JSON.stringify(row);
    });
    expect(bytes.join()).not.toContain('Okafor');
  });

  it('remembers eight; of those who have nothing unsent the one longest away makes room', async () => {
    await come(somebody('Unsent'), { isKept: true, unsent: 1 });
    for (let number = 1; number <= 7; number++) await come(somebody(`Person ${String(number)}`), { isKept: true });
    expect(await names()).toHaveLength(8);
    await come(somebody('The ninth'), { isKept: true });
    expect(await names()).toHaveLength(8);
    expect(await names()).not.toContain('Person 1');
    expect(await names()).toContain('Unsent');
  });

  it('never drops work that was not sent, however many come', async () => {
    for (let number = 0; number < 10; number++) await come(somebody(`Person ${String(number)}`), { unsent: 1 });
    expect(await names()).toHaveLength(10);
    expect(wiped).toEqual([]);
  });

  it('keeps whoever has left unfinished writing, or work that was set aside', async () => {
    const [writer, reviser] = [somebody('Writer', 'student'), somebody('Reviser')];
    await come(writer);
    const key = await createKey();
    await device.of(ownerKey(ownerOf(writer)), key).setFact('draft:new', { text: 'Once upon a' });
    await come(reviser);
    await device.of(ownerKey(ownerOf(reviser)), key).setAside({
      collection: 'reviews',
      id: uuidv7(),
      kind: 'created',
      fields: {},
      code: 'not_allowed',
      message: '',
      at: '2026-11-28T10:00:00.000Z',
      isKept: false,
    });
    await come(somebody('Mr Patel'));
    expect(wiped).toEqual([]);
    expect(await names()).toEqual(['Mr Patel', 'Reviser', 'Writer']);
  });

  it('S26: forgets whoever signs out, and their lease, and nobody else', async () => {
    const leaves = somebody('Ms Okafor');
    await come(somebody('Mr Patel'), { isKept: true });
    await come(leaves);
    await people.remembered.setLease(ownerOf(leaves), { contact: now, until: null });
    await people.wipe(ownerOf(leaves));
    expect(await names()).toEqual(['Mr Patel']);
    expect(await people.remembered.last()).toBeNull();
    expect(await people.remembered.lease(ownerOf(leaves))).toBeNull();
  });

  it('is a shared device unless its one person says that it is theirs, and stays one until all have left', async () => {
    const own = somebody('Ms Okafor');
    await come(own);
    expect(await people.remembered.isShared(ownerOf(own))).toBe(true);
    await come(own, { isOwnDevice: true });
    expect(await people.remembered.isShared(ownerOf(own))).toBe(false);
    const other = somebody('Mr Patel');
    await come(other, { isOwnDevice: true });
    expect(await people.remembered.isShared(ownerOf(own))).toBe(true);
    await people.wipe(ownerOf(other));
    expect(await people.remembered.isShared(ownerOf(own))).toBe(true);
    await people.wipe(ownerOf(own));
    await come(own, { isOwnDevice: true });
    expect(await people.remembered.isShared(ownerOf(own))).toBe(false);
  });

  it('S30: what lapsed thirty days ago goes, but no unsent work and nobody who is here', async () => {
    const [here, sent, unsent] = [somebody('Here'), somebody('Sent'), somebody('Unsent')];
    await come(sent, { isKept: true });
    await come(unsent, { isKept: true, unsent: 1 });
    await come(here);
    for (const person of [here, sent, unsent]) await people.remembered.setLease(ownerOf(person), { contact: now, until: null });
    await people.wipeLongLapsed(now + 30 * day, ownerOf(here));
    expect(wiped).toEqual([]);
    await people.wipeLongLapsed(now + 32 * day, ownerOf(here));
    expect(wiped).toEqual([ownerOf(sent)]);
    expect(await names()).toEqual(['Here', 'Unsent']);
  });

  it('comes to terms with what can no longer be read', async () => {
    await come(somebody('Ms Okafor'));
    await device.setFact('person:damaged', new ArrayBuffer(40));
    expect(await names()).toEqual(['Ms Okafor']);
  });
});
