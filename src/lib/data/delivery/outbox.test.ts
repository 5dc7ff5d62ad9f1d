import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '#domain/delivery/envelope.ts';
import { Outbox } from './outbox.ts';

const schoolId = uuidv7();
let indexedDB: IDBFactory;
let outbox: Outbox;

const open = () => new Outbox({ indexedDB, IDBKeyRange });
const envelope = (id = uuidv7()): Envelope => ({ id, keyId: uuidv7(), ephemeralKey: 'AA', nonce: 'AA', ciphertext: 'AAAA' });
const sealed = (one: Envelope, holder: string | null = null) => ({ envelope: one, schoolId, holder, pieces: 2 });

beforeEach(() => {
  indexedDB = new IDBFactory();
  outbox = open();
});
afterEach(() => {
  outbox.close();
});

describe('S30: the outbox of a device', () => {
  it('keeps envelopes over a restart, each school’s apart', async () => {
    const [one, other] = [envelope(), envelope()];
    await outbox.put([sealed(one), { ...sealed(other), schoolId: uuidv7() }]);
    outbox.close();
    outbox = open();
    expect(await outbox.entries(schoolId)).toMatchObject([{ id: one.id, pieces: 2, tries: 0, refusal: null }]);
    expect(await outbox.envelopes([other.id, one.id])).toEqual([other, one]);
  });

  it('holds the same envelope once, as it stood', async () => {
    const one = envelope();
    await outbox.put([sealed(one)]);
    await outbox.change(one.id, { refusal: 'not_allowed' });
    await outbox.put([sealed(one), sealed(envelope())]);
    const entries = await outbox.entries(schoolId);
    expect(entries.map(({ refusal }) => refusal)).toEqual(['not_allowed', null]);
  });

  it('keeps all of what is put or nothing', async () => {
    const one = envelope();
    await expect(outbox.put([sealed(one), sealed(envelope()), sealed(one)])).rejects.toThrow();
    expect(await outbox.entries(schoolId)).toEqual([]);
    expect(await outbox.envelopes([one.id])).toEqual([]);
  });

  it('tells which were sealed from one local copy, and lets go of what it is told to', async () => {
    const holder = uuidv7();
    const [one, other] = [envelope(), envelope()];
    await outbox.put([sealed(one, holder), sealed(other)]);
    expect(await outbox.idsOf(holder)).toEqual([one.id]);
    await outbox.remove([one.id]);
    expect(await outbox.idsOf(holder)).toEqual([]);
    expect(await outbox.envelopes([one.id, other.id])).toEqual([other]);
  });
});
