import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import { EvidenceStore } from './files/evidence-store.ts';
import { FetchedStore } from './files/fetched-store.ts';
import { TestDevice } from '../sync/testing/device.ts';
import { ModelServer } from '../sync/testing/model-server.ts';
import { browserStorage } from './browser-storage.ts';
import { databaseName } from './owner.ts';
import { createKey } from './sealing/seal.ts';
import { wipeOwner } from './wipe.ts';

const owner = { schoolId: uuidv7(), userId: uuidv7() };
const key = await createKey();
let indexedDb: IDBFactory;
let device: TestDevice;

afterEach(async () => {
  await device.dispose();
});

async function open(server: ModelServer): Promise<void> {
  indexedDb = new IDBFactory();
  device = await new TestDevice({
    owner,
    fetch: server.fetch,
    storage: browserStorage(key, undefined, { indexedDB: indexedDb, IDBKeyRange }),
    pageSize: 40,
  }).open();
}

function piece(number: number) {
  return {
    studentId: owner.userId,
    clubId: uuidv7(),
    completionDate: '2026-11-24',
    writtenWork: `piece ${String(number)}`,
    minutes: number,
  };
}

describe('the storage of a browser', () => {
  it('keeps what was pulled over a restart, and what it holds agrees with the server', async () => {
    const server = new ModelServer();
    for (let number = 0; number < 100; number++) server.write('completions', piece(number));
    for (let number = 0; number < 50; number++) server.write('people', { kind: 'staff', displayName: `person ${String(number)}` });
    await open(server);
    await device.start();
    expect(await device.engine.settled(5000)).toBe(true);
    await device.kill();
    await device.open();
    expect(await device.versions('completions')).toEqual(server.visible('completions'));
    expect(await device.versions('people')).toEqual(server.visible('people'));
  });

  it('answers queries by field, sorted and limited', async () => {
    const server = new ModelServer();
    for (let number = 0; number < 30; number++) server.write('completions', piece(number));
    await open(server);
    await device.start();
    await device.engine.settled(5000);
    const { database } = device;
    const found = await database.find('completions', { where: { minutes: { $gte: 10 } }, sort: [{ minutes: 'desc' }], limit: 3 });
    expect(found.map(({ minutes }) => minutes)).toEqual([29, 28, 27]);
    expect(await database.find('completions', { where: { writtenWork: 'piece 7' } })).toHaveLength(1);
    expect(await database.find('completions')).toHaveLength(30);
  });

  it('S22: hands what was never sent to a sweep, in the order in which it was written, and what was sent to none', async () => {
    const server = new ModelServer();
    await open(server);
    for (let number = 0; number < 30; number++) {
      await device.database.insert('completions', [{ ...piece(number), id: uuidv7(), version: 0 } as never]);
    }
    await device.start();
    expect(await device.engine.settled(5000)).toBe(true);
    expect(server.visible('completions')).toHaveLength(30);
    const pushes = server.requests.filter(({ path }) => path === '/api/sync/push').length;
    await device.kill();
    await device.start();
    expect(await device.engine.settled(5000)).toBe(true);
    expect(server.requests.filter(({ path }) => path === '/api/sync/push').length).toBe(pushes);
  });

  it('takes removals and changes of what is there', async () => {
    const server = new ModelServer();
    const [first = '', second = ''] = [1, 2].map((number) => server.write('completions', piece(number)));
    await open(server);
    await device.start();
    await device.engine.settled(5000);
    await device.database.patch('completions', first, { minutes: 99 });
    await device.database.remove('completions', second);
    device.engine.syncNow();
    await device.engine.settled(5000);
    expect(await device.database.find('completions')).toMatchObject([{ id: first, minutes: 99 }]);
    await expect(device.database.insert('completions', [{ ...piece(3), id: first, version: 0 } as never])).rejects.toThrow(
      /could not keep/,
    );
  });

  it('S26, S27: wipes every database of the person, metadata included, and nobody else’s', async () => {
    const server = new ModelServer();
    server.write('completions', piece(1));
    await open(server);
    await device.start();
    await device.engine.settled(5000);
    await new Promise((resolve) => (indexedDb.open('somebody-else').onsuccess = resolve));
    const evidence = new EvidenceStore(await databaseName(owner), key, { indexedDB: indexedDb, IDBKeyRange });
    await evidence.capture({ content: new Blob(['a photo']), kind: 'photo', durationMs: null, draftKey: 'maths' });
    evidence.close();
    const fetched = new FetchedStore(await databaseName(owner), key, { indexedDB: indexedDb, IDBKeyRange });
    await fetched.keep({ id: 'theirs', kind: 'photo', durationMs: null }, new Blob(['a photo']));
    fetched.close();
    expect(await indexedDb.databases()).toHaveLength(4);
    await device.kill();
    await wipeOwner(owner, device.store, indexedDb);
    expect((await indexedDb.databases()).map(({ name }) => name)).toEqual(['somebody-else']);
  });
});
