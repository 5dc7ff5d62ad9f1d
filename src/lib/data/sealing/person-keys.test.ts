import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { DeviceStore, type DeviceFacts } from '../device-store.ts';
import { isGuessable, PersonKeys } from './person-keys.ts';
import { seal, unseal } from './seal.ts';

const owner = 'a-school/a-person';
const words = new TextEncoder().encode('what I wrote');
let indexedDB: IDBFactory;
let device: DeviceStore;
let now: number;
let keys: PersonKeys;

beforeEach(() => {
  indexedDB = new IDBFactory();
  device = new DeviceStore({ dexie: { indexedDB, IDBKeyRange } });
  now = 1_000_000;
  keys = new PersonKeys(device, () => now);
});

/** Whether what was sealed under `key` opens with what `secret` gives. */
async function opensWith(key: CryptoKey, secret: string | null, by = keys): Promise<boolean> {
  const sealed = await seal(key, 'here', words);
  const opening = await by.open(owner, secret);
  if (opening.kind !== 'opened') return false;
  return new TextDecoder().decode(await unseal(opening.key, 'here', sealed)) === 'what I wrote';
}

describe('a person’s key on a device', () => {
  it('opens with the secret under which it was made, and with no other', async () => {
    const key = await keys.create(owner, 'streaks-demo');
    expect(await opensWith(key, 'streaks-demo')).toBe(true);
    expect(await keys.open(owner, 'streaks-dem0')).toEqual({ kind: 'wrong' });
    expect(await keys.open(owner, null)).toEqual({ kind: 'wrong' });
    expect(await keys.open('a-school/another', 'streaks-demo')).toEqual({ kind: 'nothing' });
    expect(key.extractable).toBe(false);
  });

  it('opens on this device only: the secret alone is not enough', async () => {
    await keys.create(owner, 'streaks-demo');
    const other = new DeviceStore({ dexie: { indexedDB: new IDBFactory(), IDBKeyRange } });
    for (const fact of [`key:${owner}`]) await other.setFact(fact, await device.fact(fact));
    await expect(new PersonKeys(other).open(owner, 'streaks-demo')).rejects.toThrow();
  });

  it('needs nothing but the device where there is nothing to know', async () => {
    const key = await keys.create(owner, null);
    expect(await keys.standing(owner)).toEqual({ isKept: true, hasPin: false, needsSecret: false });
    expect(await opensWith(key, null)).toBe(true);
  });

  it('takes a password whose letters another keyboard composes otherwise', async () => {
    const key = await keys.create(owner, 'caf\u00e9-streaks');
    expect(await opensWith(key, 'cafe\u0301-streaks')).toBe(true);
  });

  it('opens with another secret once that has taken the place of the first, and by the same PIN', async () => {
    const key = await keys.create(owner, 'streaks-demo');
    await keys.choosePin(owner, 'streaks-demo', '271828');
    expect(await keys.changeSecret(owner, 'not the one', 'three wet otters')).toEqual({ kind: 'wrong' });
    expect(await opensWith(key, 'streaks-demo')).toBe(true);
    expect((await keys.changeSecret(owner, 'streaks-demo', 'three wet otters')).kind).toBe('opened');
    expect(await opensWith(key, 'three wet otters')).toBe(true);
    expect(await opensWith(key, '271828')).toBe(true);
    expect(await keys.open(owner, 'streaks-demo')).toEqual({ kind: 'wrong' });
    expect(await keys.changeSecret('a-school/another', 'streaks-demo', 'three wet otters')).toEqual({ kind: 'nothing' });
  });

  it('opens by a PIN as well, once the password has allowed it', async () => {
    const key = await keys.create(owner, 'streaks-demo');
    expect(await keys.choosePin(owner, 'wrong', '271828')).toEqual({ kind: 'wrong' });
    expect((await keys.standing(owner)).hasPin).toBe(false);
    expect(await keys.choosePin(owner, 'streaks-demo', '271828')).toMatchObject({ kind: 'opened' });
    expect(await opensWith(key, '271828')).toBe(true);
    expect(await opensWith(key, 'streaks-demo')).toBe(true);
    expect(await keys.open(owner, '271829')).toEqual({ kind: 'wrong' });
  });

  it('takes no PIN that somebody would try first', async () => {
    await keys.create(owner, 'streaks-demo');
    for (const pin of ['000000', '123456', '654321', '121212', '12345', 'abcdef'])
      await expect(keys.choosePin(owner, 'streaks-demo', pin)).rejects.toThrow();
    expect(['271828', '314159', '908172'].filter(isGuessable)).toEqual([]);
  });

  it('lets nobody try on and on, however often the app is opened; a PIN is given up in the end', async () => {
    const key = await keys.create(owner, 'streaks-demo');
    await keys.choosePin(owner, 'streaks-demo', '271828');
    for (let tried = 0; tried < 4; tried++) expect(await keys.open(owner, '111112')).toEqual({ kind: 'wrong' });
    const waits: number[] = [];
    for (let tried = 0; tried < 6; tried++) {
      const opening = await new PersonKeys(device, () => now).open(owner, '111112');
      if (opening.kind !== 'wait') throw new Error('It has to wait.');
      waits.push(opening.until - now);
      // Even the right one has to.
      expect((await keys.open(owner, '271828')).kind).toBe('wait');
      now = opening.until;
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 960_000]);
    expect((await keys.standing(owner)).hasPin).toBe(false);
    expect(await opensWith(key, 'streaks-demo')).toBe(true);
  });

  it('S24: counts wrong tries on a full device too, and the right one opens it', async () => {
    const key = await keys.create(owner, 'streaks-demo');
    const full: DeviceFacts = {
      fact: (name: string) => device.fact(name),
      removeFact: (name: string) => device.removeFact(name),
      deviceKey: () => device.deviceKey(),
      setFact: () => Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError')),
    };
    const there = new PersonKeys(full, () => now);
    for (let tried = 0; tried < 4; tried++) expect(await there.open(owner, 'wrong')).toEqual({ kind: 'wrong' });
    expect(await there.open(owner, 'wrong')).toEqual({ kind: 'wait', until: now + 30_000 });
    expect((await there.open(owner, 'streaks-demo')).kind).toBe('wait');
    now += 30_000;
    expect(await opensWith(key, 'streaks-demo', there)).toBe(true);
  });

  it('is made anew where the old one is given up: then nothing of before opens', async () => {
    const before = await keys.create(owner, 'old');
    const sealed = await seal(before, 'here', words);
    const after = await keys.create(owner, 'new');
    await expect(unseal(after, 'here', sealed)).rejects.toThrow();
    expect(await keys.open(owner, 'old')).toEqual({ kind: 'wrong' });
  });
});
