import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import type { RxStorageInstanceCreationParams } from 'rxdb';
import { clubId, completionId, studentId } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import { afterEach, expect, it, vi } from 'vitest';
import { stateHash, stateKey, writeNote } from '../data/delivery/sealing-note.ts';
import type { NewHomework } from '../data/homework.ts';
import type { DeviceStorage } from '../data/log/log-storage.ts';
import { memoryStorage, TestDevice, type DeviceOptions } from './testing/device.ts';
import { ModelServer, type Fault } from './testing/model-server.ts';

const owner = { schoolId: uuidv7(), userId: uuidv7() };
const child = v.parse(studentId, owner.userId);
const club = v.parse(clubId, uuidv7());
const devices: TestDevice[] = [];

afterEach(async () => {
  for (const device of devices.splice(0)) await device.dispose();
});

async function device(server: ModelServer, options: Partial<DeviceOptions> = {}): Promise<TestDevice> {
  const made = await new TestDevice({ owner, fetch: server.fetch, ...options }).open();
  devices.push(made);
  return made;
}

function homework(writtenWork = 'I read a whole chapter.'): NewHomework {
  return { studentId: child, clubId: club, evidenceKind: 'written', completionDate: '2026-11-24', writtenWork };
}

/** What is unsent was sealed to the school, as when its person leaves. */
async function sealed(tablet: TestDevice): Promise<void> {
  const states: Record<string, string[]> = {};
  for (const { collection, id, own } of tablet.database.unsent.rows()) states[stateKey(collection, id)] = [await stateHash(own)];
  await writeNote(tablet.own, { holder: crypto.randomUUID(), envelopes: [], states });
}

function fields(writtenWork: string) {
  return {
    ...homework(writtenWork),
    taskId: null,
    previousAttemptId: null,
    evidenceIds: [],
    minutes: null,
    feeling: null,
    capturedAt: '2026-11-24T16:00:00.000Z',
    clockOffsetMs: null,
  };
}

it('S8: reaches the first screen in one pull for all collections', async () => {
  const server = new ModelServer();
  for (let number = 0; number < 30; number++) server.write('completions', fields(`piece ${String(number)}`));
  const tablet = await (await device(server)).start();
  expect(await tablet.engine.settled(3000)).toBe(true);
  const [first] = server.requests;
  expect(Object.keys(Object(first?.body['collections']))).toHaveLength(tablet.database.collectionNames.length);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('S11: a screenful of the newest is there before all the rest is asked for', async () => {
  const server = new ModelServer();
  for (let number = 0; number < 350; number++) server.write('completions', fields(`piece ${String(number)}`));
  const tablet = await device(server);
  const here: (readonly (readonly [string, number])[])[] = [];
  server.fault = async ({ path }): Promise<Fault> => {
    if (path === '/api/sync/pull') here.push(await tablet.versions('completions'));
    return 'none';
  };
  await tablet.start();
  expect(await tablet.engine.settled(5000)).toBe(true);
  const newest = server
    .visible('completions')
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 100);
  expect(here.slice(0, 2)).toEqual([[], newest.toSorted(([one], [other]) => (one < other ? -1 : 1))]);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('S12, S13: what was logged offline arrives once and gets its version', async () => {
  const server = new ModelServer();
  server.fault = () => 'offline';
  const tablet = await (await device(server)).start();
  const id = await tablet.homework.log(homework());
  expect(tablet.database.unsent.list.size).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(3000)).toBe(true);
  expect(server.get('completions', id)).toMatchObject({ writtenWork: 'I read a whole chapter.' });
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('S28: an app that is too old to be served sends what waits all the same, and says that it wants an update', async () => {
  const server = new ModelServer();
  server.fault = ({ path }) => (path === '/api/sync/push' ? 'none' : 'too_old');
  const tablet = await (await device(server)).start();
  const id = await tablet.homework.log(homework());
  await vi.waitUntil(() => tablet.database.unsent.list.size === 0, 3000);
  expect(server.get('completions', id)).toMatchObject({ writtenWork: 'I read a whole chapter.' });
  expect(tablet.engine.facts).toMatchObject({ isTooOld: true });
});

it('S28: what a device does not know yet of a piece, as after an update, is no reason to refuse a change of the rest', async () => {
  const server = new ModelServer();
  const { feeling: _unknown, ...known } = fields('as it was');
  const id = server.write('completions', known);
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  await expect(tablet.homework.change(v.parse(completionId, id), { minutes: -1 })).rejects.toThrow();
  await tablet.homework.change(v.parse(completionId, id), { minutes: 25 });
  expect(await tablet.engine.settled(3000)).toBe(true);
  expect(server.get('completions', id)).toMatchObject({ minutes: 25, writtenWork: 'as it was' });
});

it('S2, S27: a device that comes back after the server has forgotten what went lets go of it at once', async () => {
  const server = new ModelServer();
  const [kept, gone] = [server.write('completions', fields('kept')), server.write('completions', fields('gone'))];
  let away = 0;
  const tablet = await (await device(server, { now: () => new Date(Date.now() + away) })).start();
  expect(await tablet.engine.settled(3000)).toBe(true);
  await tablet.kill();
  server.remove('completions', gone);
  server.prune();
  away = 500 * 86_400_000;
  await tablet.start();
  await vi.waitUntil(async () => (await tablet.versions('completions')).length === 1, 3000);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
  expect((await tablet.database.stored('completions', [kept, gone], true)).map((one) => one['writtenWork'])).not.toContain('gone');
});

it('S13: an answer that was lost after the commit makes nothing twice', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  let lost = 0;
  server.fault = ({ path }) => (path === '/api/sync/push' && lost++ === 0 ? 'answer_lost' : 'none');
  await tablet.homework.log(homework());
  await wait(20);
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(lost).toBeGreaterThan(1);
  expect(server.visible('completions')).toHaveLength(1);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('S11, S27: what goes while a first sync begins anew does not stay on the device', async () => {
  const server = new ModelServer();
  const gone = server.write('completions', fields('theirs no longer'));
  const tablet = await device(server);
  let fromNothing = 0;
  server.fault = async ({ body }): Promise<Fault> => {
    const { completions } = Object(body['collections']) as { completions?: { checkpoint?: unknown } };
    if (completions?.checkpoint !== null) return 'none';
    fromNothing++;
    // Work that begins to wait makes the first sync owe another from nothing (S21), and that brings no tombstones.
    if (fromNothing === 1) await tablet.homework.log(homework());
    if (fromNothing === 2) server.remove('completions', gone);
    return 'none';
  };
  await tablet.start();
  await vi.waitFor(
    async () => {
      expect(await tablet.engine.settled(3000)).toBe(true);
      expect(fromNothing).toBeGreaterThan(1);
      expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
    },
    { timeout: 5000 },
  );
});

it('S15, S27: words that are changed as their document goes are set aside, and do not come to lie on its tombstone', async () => {
  const server = new ModelServer();
  const id = v.parse(completionId, server.write('completions', fields('as it was')));
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  await Promise.all([tablet.homework.remove(id), tablet.homework.change(id, { writtenWork: 'too late' })]);
  expect(JSON.stringify(await tablet.database.stored('completions', [id], true))).not.toContain('too late');
  expect(await tablet.own.quarantine()).toMatchObject([
    { collection: 'completions', id, kind: 'changed', fields: { writtenWork: 'too late' } },
  ]);
});

it('S14, S15, S16: one refused row is set aside, the rest of the batch arrives', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.refuse = (_collection, document) =>
    document['writtenWork'] === 'not this one' ? { code: 'not_allowed', message: 'You can no longer change this child’s homework.' } : null;
  const ids = await tablet.homework.logAll([homework('one'), homework('not this one'), homework('three')]);
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.visible('completions')).toHaveLength(2);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
  const [aside, ...others] = await tablet.own.quarantine();
  expect(others).toEqual([]);
  expect(aside).toMatchObject({
    collection: 'completions',
    id: ids[1],
    kind: 'created',
    code: 'not_allowed',
    fields: { writtenWork: 'not this one' },
  });
  await vi.waitFor(() => {
    expect(tablet.engine.facts.setAside).toBe(1);
  }, 10_000);
});

it('S15: a refused change is set aside by its changed fields alone, and the server’s state comes back', async () => {
  const server = new ModelServer();
  const id = server.write('completions', fields('as it was'));
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.refuse = () => ({ code: 'already_marked', message: 'A teacher had already marked this, so it was not changed.' });
  await tablet.homework.change(v.parse(completionId, id), { writtenWork: 'changed too late' });
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(await tablet.own.quarantine()).toMatchObject([{ id, kind: 'changed', fields: { writtenWork: 'changed too late' } }]);
  expect(await tablet.database.get('completions', [id])).toMatchObject([{ writtenWork: 'as it was' }]);
});

it('merges two people’s changes by field; where both changed one field the server’s stands and the own is set aside', async () => {
  const server = new ModelServer();
  const id = server.write('completions', fields('as it was'));
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.fault = () => 'offline';
  await tablet.homework.change(v.parse(completionId, id), { writtenWork: 'mine', minutes: 15 });
  server.write('completions', { ...fields('theirs'), id, feeling: 'easy' });
  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.get('completions', id)).toMatchObject({ writtenWork: 'theirs', minutes: 15, feeling: 'easy' });
  expect(await tablet.own.quarantine()).toMatchObject([{ id, code: 'clash', fields: { writtenWork: 'mine' } }]);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('a document that is gone at the server keeps the person’s words in quarantine and nothing else on the device', async () => {
  const server = new ModelServer();
  const id = server.write('completions', fields('as it was'));
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.fault = () => 'offline';
  await tablet.homework.change(v.parse(completionId, id), { writtenWork: 'still mine' });
  server.remove('completions', id);
  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(await tablet.database.find('completions')).toEqual([]);
  expect(await tablet.own.quarantine()).toMatchObject([{ fields: { writtenWork: 'still mine' } }]);
  expect(JSON.stringify(await tablet.database.stored('completions', [id], true))).not.toContain('as it was');
});

it('a mark never arrives before the homework that it marks', async () => {
  const server = new ModelServer();
  server.fault = () => 'offline';
  const laptop = await (await device(server)).start();
  const completion = await laptop.homework.log(homework('on paper'));
  await laptop.homework.review({ completionId: completion, studentId: child, verdict: 'approved' });
  server.fault = async ({ body }): Promise<Fault> => {
    if (body['collection'] === 'completions') await wait(50);
    return 'none';
  };
  laptop.engine.syncNow();
  expect(await laptop.engine.settled(5000)).toBe(true);
  const pushed = server.requests.filter(({ path }) => path === '/api/sync/push').map(({ body }) => body['collection']);
  expect(pushed.lastIndexOf('reviews')).toBeGreaterThan(pushed.indexOf('completions'));
  expect(server.visible('reviews')).toHaveLength(1);
});

it('401 holds all calls, keeps the work, and goes on after the next sign-in', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.isSignedIn = false;
  await tablet.homework.log(homework());
  await vi.waitFor(() => {
    expect(tablet.engine.facts).toMatchObject({ isSessionLive: false, unsent: 1 });
  }, 10_000);
  const asked = server.requests.length;
  tablet.engine.syncNow();
  await wait(60);
  expect(server.requests.length).toBe(asked);
  server.isSignedIn = true;
  tablet.engine.sessionRenewed();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.visible('completions')).toHaveLength(1);
});

it('S10: pages are followed to the end in both directions', async () => {
  const server = new ModelServer();
  for (let number = 0; number < 95; number++) server.write('completions', fields(`piece ${String(number)}`));
  const tablet = await (await device(server, { pageSize: 10 })).start();
  // Somebody writes while the first sync still goes back (S11).
  server.fault = ({ path }) => {
    if (path === '/api/sync/pull' && server.requests.length === 4)
      for (let number = 0; number < 15; number++) server.write('completions', fields('meanwhile'));
    return 'none';
  };
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('S22: what was written while the clock went back is found at the next start', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  await tablet.homework.log(homework('before'));
  await tablet.engine.settled(3000);
  await tablet.kill();
  const realNow = Date.now;
  try {
    Date.now = () => realNow() - 3_600_000;
    await tablet.open();
    await tablet.homework.log(homework('an hour ago, says the clock'));
    await tablet.kill();
  } finally {
    Date.now = realNow;
  }
  await tablet.start();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.visible('completions')).toHaveLength(2);
});

it('S23: heals what is missing, what should not be there, and never takes unsent work', async () => {
  const server = new ModelServer();
  const ids = ['one', 'two', 'three'].map((text) => server.write('completions', fields(text)));
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  await tablet.engine.digest();
  // A document that the server never announced again, one that vanished without a tombstone, and work on its way.
  const table = must(server.rows.get('completions'), 'there are completions');
  must(table.get(must(ids[0], 'three were made')), 'it is there').version = 1_000;
  server.clock = 1_000;
  table.delete(must(ids[1], 'three were made'));
  server.fault = ({ path }) => (path === '/api/sync/push' ? 'offline' : 'none');
  const own = await tablet.homework.log(homework('unsent'));
  expect(await tablet.engine.digest()).toBe(false);
  await wait(100);
  expect((await tablet.database.find('completions')).map(({ id }) => id)).toContain(own);
  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
  expect(await tablet.engine.digest()).toBe(true);
});

it('S23: a document that the server acknowledged and lost is sent again', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  // The push goes through, but every pull is lost: the device never learns the version.
  server.fault = ({ path }) => (path === '/api/sync/pull' ? 'broken' : 'none');
  const id = await tablet.homework.log(homework('kept'));
  await wait(100);
  expect(server.get('completions', id)).toBeDefined();
  must(server.rows.get('completions'), 'there are completions').delete(id);
  server.fault = () => 'none';
  await tablet.engine.digest();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.get('completions', id)).toMatchObject({ writtenWork: 'kept' });
});

it('S3: after a restored backup the device begins anew and gives back what the server has lost', async () => {
  const server = new ModelServer();
  const theirs = server.write('reviews', { completionId: uuidv7(), studentId: owner.userId, reviewerId: uuidv7() });
  const tablet = await (await device(server)).start();
  const kept = await tablet.homework.log(homework('before the backup'));
  await tablet.engine.settled(3000);
  const lost = await tablet.homework.log(homework('after the backup'));
  await tablet.engine.settled(3000);
  await tablet.engine.digest();
  server.restore({ completions: [lost], reviews: [theirs] });
  tablet.engine.syncNow();
  await vi.waitFor(() => {
    expect(server.get('completions', lost)).toMatchObject({ writtenWork: 'after the backup' });
  }, 10_000);
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.get('completions', kept)).toBeDefined();
  await vi.waitFor(async () => {
    expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
    // Somebody else's mark that the backup does not have is theirs to give back.
    expect(await tablet.versions('reviews')).toEqual([]);
  }, 10_000);
});

it.each([
  { when: 'between two pages of a first sync', path: '/api/sync/pull', number: 2 },
  { when: 'as the device asks whether all agrees', path: '/api/sync/digest', number: 1 },
])('S3: gives back what the server has lost though a backup is put back $when', async ({ path, number }) => {
  const server = new ModelServer();
  for (let piece = 0; piece < 150; piece++) server.write('completions', fields(`piece ${String(piece)}`));
  const own = server.write('completions', fields('the newest, and known to both'));
  let asked = 0;
  server.fault = (request) => {
    if (request.path === path && ++asked === number) server.restore({ completions: [own] });
    return 'none';
  };
  const tablet = await (await device(server, { collections: ['completions'], pageSize: 10 })).start();
  expect(await tablet.engine.settled(5000)).toBe(true);
  await tablet.engine.digest();
  await vi.waitFor(() => {
    expect(server.get('completions', own)).toMatchObject({ writtenWork: 'the newest, and known to both' });
  }, 10_000);
});

it('S24: a page that cannot be kept does not move the checkpoint', async () => {
  const server = new ModelServer();
  for (let number = 0; number < 30; number++) server.write('completions', fields(`piece ${String(number)}`));
  const { storage, fail } = failingStorage();
  const tablet = await (await device(server, { storage, pageSize: 10, collections: ['completions', 'receipts'] })).open();
  fail('completions', 1);
  await tablet.start();
  await vi.waitFor(() => {
    expect(tablet.failures).toHaveLength(1);
  }, 10_000);
  // What came after the page that failed was not kept either, and nothing moved past it.
  await tablet.kill();
  await tablet.start();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('S27: a contact counts only once all that the server had is kept, and by the server’s time', async () => {
  const server = new ModelServer();
  server.aheadMs = 3_600_000;
  for (let number = 0; number < 60; number++) server.write('completions', fields(`piece ${String(number)}`));
  let isCut = true;
  server.fault = () => (isCut && server.requests.length > 2 ? 'offline' : 'none');
  const tablet = await (await device(server, { pageSize: 10 })).start();
  await vi.waitFor(() => {
    expect(server.requests.length).toBeGreaterThan(3);
  }, 10_000);
  // Something has been answered, but not all: what has been revoked meanwhile may still be here.
  expect(tablet.offsetMs).not.toBeNull();
  expect(tablet.contacts).toEqual([]);

  isCut = false;
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  await vi.waitFor(() => {
    expect(tablet.contacts).not.toEqual([]);
  }, 10_000);
  expect(Math.abs((tablet.contacts[0] ?? 0) - server.aheadMs - Date.now())).toBeLessThan(30_000);
});

/** Memory storage in which the next writes of pulled documents fail as a full disk does. */
function failingStorage() {
  const memory = memoryStorage();
  const failures = new Map<string, number>();
  const storage: DeviceStorage = {
    ...memory,
    createStorageInstance: async <Document>(params: RxStorageInstanceCreationParams<Document, unknown>) => {
      const instance = await memory.createStorageInstance<Document>(params);
      const write = instance.bulkWrite.bind(instance);
      instance.bulkWrite = (rows, context) => {
        const left = failures.get(params.collectionName) ?? 0;
        if (left === 0 || !context.startsWith('replication-downstream')) return write(rows, context);
        failures.set(params.collectionName, left - 1);
        return Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError'));
      };
      return instance;
    },
  };
  const fail = (collection: string, times: number) => failures.set(collection, times);
  return { storage, fail };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

it('S30: an earlier state of the own work, delivered in an envelope, is nobody else’s: what was written since stands', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.fault = () => 'offline';
  const ids = [await tablet.homework.log(homework('sealed one')), await tablet.homework.log(homework('sealed two'))] as const;
  await sealed(tablet);
  for (const { own } of tablet.database.unsent.rows()) server.write('completions', { ...own });
  await tablet.homework.change(ids[0], { writtenWork: 'written since' });
  await tablet.homework.remove(ids[1]);

  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.get('completions', ids[0])).toMatchObject({ writtenWork: 'written since' });
  expect(server.get('completions', ids[1])).toBeUndefined();
  expect(await tablet.own.quarantine()).toEqual([]);
});

it('S15, S30: what somebody else wrote meanwhile stands, though the own work was sealed', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  const id = await tablet.homework.log(homework('first'));
  expect(await tablet.engine.settled(3000)).toBe(true);
  server.fault = () => 'offline';
  await tablet.homework.change(id, { writtenWork: 'own' });
  await sealed(tablet);
  server.write('completions', { ...fields('of a parent'), id });
  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.get('completions', id)).toMatchObject({ writtenWork: 'of a parent' });
  expect(await tablet.own.quarantine()).toMatchObject([{ id, code: 'clash', fields: { writtenWork: 'own' } }]);
});
