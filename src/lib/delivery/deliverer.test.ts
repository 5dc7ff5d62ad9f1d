import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sealEnvelope, type EnvelopeContent } from '#domain/delivery/envelope.ts';
import { Outbox } from '../data/delivery/outbox.ts';
import { Deliverer } from './deliverer.ts';
import { holdOpen } from './holder-lock.ts';
import { ModelSchool } from './testing/model-school.ts';

let school: ModelSchool;
let outbox: Outbox;
let clock = 0;
const running: Deliverer[] = [];
const failures: unknown[] = [];

beforeEach(async () => {
  school = await ModelSchool.found();
  outbox = new Outbox({ indexedDB: new IDBFactory(), IDBKeyRange });
  clock = 0;
});
afterEach(() => {
  for (const deliverer of running.splice(0)) deliverer.stop();
  outbox.close();
  expect(failures.splice(0)).toEqual([]);
});

/** @returns the envelope's id */
async function put(bytes = 10, holder: string | null = null, schoolId = school.schoolId): Promise<string> {
  const content: EnvelopeContent = {
    kind: 'file',
    token: 'token',
    authorId: uuidv7(),
    evidenceId: uuidv7(),
    fileKind: 'photo',
    mediaType: 'image/jpeg',
    sha256: 'ab'.repeat(32),
    durationMs: null,
  };
  const envelope = await sealEnvelope(school.key, uuidv7(), content, new Uint8Array(bytes));
  await outbox.put([{ envelope, schoolId, holder, pieces: 1 }]);
  return envelope.id;
}

function deliverer(): Deliverer {
  const made = new Deliverer({
    outbox,
    schoolId: school.schoolId,
    userId: uuidv7(),
    fetch: school.fetch,
    locks: navigator.locks,
    random: () => 0,
    now: () => clock,
    onFailure: (reason) => failures.push(reason),
  });
  running.push(made);
  return made;
}

const left = async () => (await outbox.entries(school.schoolId)).map(({ id }) => id);
const deliveredIds = () => school.delivered.map(({ id }) => id);

describe('S30: sealed work on its way to the school', () => {
  it('goes from the device once the server has it, words before photos', async () => {
    const photo = await put(50_000);
    const words = await put(10);
    deliverer().look();
    await vi.waitFor(async () => {
      expect(await left()).toEqual([]);
    }, 10_000);
    expect(school.requests).toEqual([[words, photo]]);
  });

  it('stays while the network or the server fails, and is delivered once, also when the answer was lost', async () => {
    const id = await put();
    const faults = ['offline', 'broken', 'answer_lost'] as const;
    school.fault = () => faults[school.requests.length - 1] ?? 'none';
    deliverer().look();
    await vi.waitFor(async () => {
      expect(await left()).toEqual([]);
    }, 10_000);
    expect(school.requests).toHaveLength(4);
    expect(deliveredIds()).toEqual([id]);
  });

  it('goes at once when the server is heard again, however long it would have paused after failing so often', async () => {
    await put();
    school.fault = () => 'offline';
    const carrier = deliverer();
    for (let time = 1; time <= 8; time++) {
      carrier.wake();
      await vi.waitFor(() => {
        expect(school.requests.length).toBeGreaterThanOrEqual(time);
      }, 10_000);
      // It has heard that there is no network.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    school.fault = () => 'none';
    carrier.heard();
    await vi.waitFor(async () => {
      expect(await left()).toEqual([]);
    }, 10_000);
  });

  it('is held while nobody is signed in, and goes on with the next who is', async () => {
    await put();
    school.fault = () => 'signed_out';
    const carrier = deliverer();
    carrier.look();
    await vi.waitFor(() => {
      expect(school.requests).toHaveLength(1);
    }, 10_000);
    carrier.wake();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(school.requests).toHaveLength(1);
    school.fault = () => 'none';
    carrier.sessionRenewed();
    await vi.waitFor(async () => {
      expect(await left()).toEqual([]);
    }, 10_000);
  });

  it('what the school refuses is kept with the reason, is not sent again by itself, and holds back nothing else', async () => {
    const refused = await put(10);
    const fine = await put(20);
    school.judge = (id) => (id === refused ? 'refused' : 'delivered');
    const carrier = deliverer();
    carrier.look();
    await vi.waitFor(() => {
      expect(deliveredIds()).toEqual([fine]);
    }, 10_000);
    carrier.wake();
    await vi.waitFor(async () => {
      expect(await outbox.entries(school.schoolId)).toMatchObject([{ id: refused, refusal: 'not_allowed' }]);
    }, 10_000);
    expect(school.requests).toHaveLength(1);
  });

  it('one that the server cannot take at all is found by halving, and kept', async () => {
    const ids = [await put(10), await put(20), await put(30), await put(40), await put(50)];
    school.fault = (sent) => (ids[2] !== undefined && sent.includes(ids[2]) ? 'malformed' : 'none');
    deliverer().look();
    await vi.waitFor(async () => {
      expect(await outbox.entries(school.schoolId)).toMatchObject([{ id: ids[2], refusal: 'body_too_large' }]);
    }, 10_000);
    expect(deliveredIds().sort()).toEqual(ids.filter((id) => id !== ids[2]).sort());
  });

  it('a file whose homework is not there yet is tried again after longer and longer pauses, and not before', async () => {
    await put();
    school.judge = () => 'waits';
    const carrier = deliverer();
    carrier.look();
    await vi.waitFor(async () => {
      expect(await outbox.entries(school.schoolId)).toMatchObject([{ tries: 1, notBefore: 5_000, refusal: null }]);
    }, 10_000);
    carrier.wake();
    clock = 5_000;
    carrier.wake();
    await vi.waitFor(async () => {
      expect(await outbox.entries(school.schoolId)).toMatchObject([{ tries: 2, notBefore: 25_000 }]);
    }, 10_000);
    expect(school.requests).toHaveLength(2);
    // The clock was set back by a year: nothing waits for that year.
    clock = -31_536_000_000;
    school.judge = () => 'delivered';
    carrier.wake();
    await vi.waitFor(async () => {
      expect(await left()).toEqual([]);
    }, 10_000);
  });

  it('is no business of another school’s session, and not sent while its own copy is open in any tab', async () => {
    const holder = uuidv7();
    const end = await holdOpen(navigator.locks, holder);
    const own = await put(10, holder);
    const elsewhere = uuidv7();
    await put(10, null, elsewhere);
    const carrier = deliverer();
    carrier.look();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(school.requests).toEqual([]);
    await end();
    carrier.look();
    await vi.waitFor(() => {
      expect(deliveredIds()).toEqual([own]);
    }, 10_000);
    expect(await outbox.entries(elsewhere)).toHaveLength(1);
  });

  it('two tabs deliver each envelope once', async () => {
    for (let number = 0; number < 20; number++) await put(300_000);
    deliverer().look();
    deliverer().look();
    await vi.waitFor(async () => {
      expect(await left()).toEqual([]);
    }, 10_000);
    const sent = school.requests.flat();
    expect(new Set(sent).size).toBe(sent.length);
  });
});
