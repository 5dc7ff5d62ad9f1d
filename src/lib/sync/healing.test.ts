import { v7 as uuidv7 } from 'uuid';
import type { RxStorageInstanceCreationParams } from 'rxdb';
import { expect, it, vi } from 'vitest';
import { must } from '#domain/must.ts';
import type { DeviceStorage } from '../data/log/log-storage.ts';
import { memoryStorage } from './testing/device.ts';
import { ModelServer, type Fault } from './testing/model-server.ts';
import { fields, homework, owner, useDevices, wait } from './testing/scene.ts';

/** S2, S3, S22–S24: what a device and the server have lost of each other comes back, and what is gone goes. */

const device = useDevices();

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
