import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import {
  createRxDatabase,
  getLastCheckpointDoc,
  rxStorageInstanceToReplicationHandler,
  type RxCollection,
  type RxReplicationHandler,
} from 'rxdb/plugins/core';
import { replicateRxCollection, type RxReplicationState } from 'rxdb/plugins/replication';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collections } from '#domain/collections/index.ts';
import { seededRandom } from '../sync/testing/seeded-random.ts';
import { browserStorage } from './browser-storage.ts';
import { jsonSchemaOf, type StoredDocument } from './json-schema.ts';
import { createKey } from './sealing/seal.ts';
import type { StoragePlace } from './testing/storage-place.ts';

const key = await createKey();
const storages: Readonly<Record<string, () => StoragePlace>> = {
  'the sealed log': () => {
    const indexedDB = new IDBFactory();
    return { storage: () => browserStorage(key, undefined, { indexedDB, IDBKeyRange }) };
  },
  'RxDB’s memory': () => ({ storage: () => getRxStorageMemory() }),
  'RxDB’s Dexie': () => {
    const indexedDB = new IDBFactory();
    return { storage: () => getRxStorageDexie({ indexedDB, IDBKeyRange }) };
  },
};

/** Of a slow machine. */
const patience = { timeout: 20_000 };

type Collection = RxCollection<StoredDocument>;
type Master = RxReplicationHandler<StoredDocument, { id: string; lwt: number }>;

/** RxDB's protocol between a device on each storage, which may be killed and started again, and RxDB's own master in memory. */
describe.each(Object.entries(storages))('RxDB’s replication protocol, with the device on %s', (_name, place) => {
  let storage: StoragePlace;
  let name: string;
  let server: Collection;
  let device: Collection;
  let replication: RxReplicationState<StoredDocument, { id: string; lwt: number }> | null;
  let master: Master;
  /** Checkpoints with which the server was asked, and the ids of each batch that it was sent. */
  let pulls: unknown[];
  let pushes: string[][];
  let fault: (what: 'pull' | 'push') => 'none' | 'lost' | 'answer_lost';

  beforeEach(async () => {
    [storage, name, replication, fault] = [place(), `device-${uuidv7()}`, null, () => 'none'];
    [pulls, pushes] = [[], []];
    server = await open(`server-${uuidv7()}`, { storage: () => getRxStorageMemory() });
    master = rxStorageInstanceToReplicationHandler(server.storageInstance, server.conflictHandler, server.database.token) as never;
    device = await open(name, storage);
  });

  afterEach(async () => {
    await device.database.close();
    await server.database.close();
  });

  async function open(databaseName: string, where: StoragePlace): Promise<Collection> {
    const database = await createRxDatabase({ name: databaseName, storage: where.storage(), multiInstance: false });
    const { completions } = await database.addCollections({ completions: { schema: jsonSchemaOf(collections.completions) } });
    return completions as unknown as Collection;
  }

  /** The same device after its app was killed: what was kept is there. */
  async function restart(): Promise<void> {
    await device.database.close();
    device = await open(name, storage);
  }

  function start(batchSize = 4): void {
    replication = replicateRxCollection({
      collection: device,
      replicationIdentifier: 'protocol',
      live: true,
      retryTime: 5,
      waitForLeadership: false,
      pull: {
        batchSize,
        stream$: master.masterChangeStream$,
        handler: async (checkpoint, size) => {
          pulls.push(checkpoint?.lwt ?? null);
          const answer = await faulty('pull', () => master.masterChangesSince(checkpoint, size));
          return { ...answer, documents: [...answer.documents] };
        },
      },
      push: {
        batchSize,
        handler: async (rows) => {
          pushes.push(rows.map(({ newDocumentState }) => newDocumentState.id));
          return faulty('push', () => master.masterWrite(rows));
        },
      },
    });
  }

  async function faulty<Answer>(what: 'pull' | 'push', work: () => Promise<Answer>): Promise<Answer> {
    const fate = fault(what);
    if (fate === 'lost') throw new TypeError('Failed to fetch');
    const answer = await work();
    if (fate === 'answer_lost') throw new TypeError('Failed to fetch');
    return answer;
  }

  const inSync = async () => {
    await replication?.awaitInitialReplication();
    replication?.reSync();
    await replication?.awaitInSync();
  };
  const write = async (to: Collection, count: number) => {
    const documents = Array.from({ length: count }, (_, number) => ({
      id: uuidv7(),
      version: 0,
      studentId: uuidv7(),
      completionDate: '2026-11-24',
      writtenWork: `piece ${String(number)}`,
    }));
    expect((await to.bulkInsert(documents)).error).toEqual([]);
    return documents.map(({ id }) => id);
  };
  const held = async (collection: Collection) =>
    new Map((await collection.find({ sort: [{ id: 'asc' }] }).exec()).map(({ _data }) => [_data.id, _data['writtenWork']]));
  const keptUpTo = async () => {
    const state = replication?.internalReplicationState;
    return state && (await getLastCheckpointDoc<StoredDocument, { id: string; lwt: number }>(state, 'down'))?.lwt;
  };
  const change = async (collection: Collection, id: string, writtenWork: string) =>
    (await collection.findOne(id).exec(true)).incrementalPatch({ writtenWork });

  it('brings both sides to the same, the master’s state where both have changed one document', async () => {
    const [both = '', mine = ''] = await write(device, 2);
    start();
    await inSync();
    await replication?.cancel();
    await change(device, both, 'the device’s');
    await change(device, mine, 'changed on the device alone');
    await change(server, both, 'the server’s');
    await restart();
    start();
    await inSync();
    await expect.poll(() => held(device), patience).toEqual(await held(server));
    expect((await held(device)).get(both)).toBe('the server’s');
    expect((await held(server)).get(mine)).toBe('changed on the device alone');
  });

  it('S13: goes on after a batch whose answer was lost, over a restart, and no document comes twice', async () => {
    const ids = await write(device, 12);
    let sent = 0;
    fault = (what) => (what === 'push' && ++sent > 1 ? 'answer_lost' : 'none');
    start();
    await expect.poll(() => sent, patience).toBeGreaterThan(2);
    await restart();
    fault = () => 'none';
    start();
    await inSync();
    expect([...(await held(server)).keys()].sort()).toEqual(ids.sort());
    const revisions = await server.storageInstance.findDocumentsById(ids, true);
    expect(revisions.map(({ _rev }) => _rev.split('-')[0])).toEqual(ids.map(() => '1'));
  });

  it('I7: begins after a restart where the last page was kept, and not beyond a page that was lost', async () => {
    const ids = await write(server, 20);
    const stamps = (await server.storageInstance.findDocumentsById(ids, true))
      .map(({ _meta }) => _meta.lwt)
      .sort((one, other) => one - other);
    let asked = 0;
    fault = (what) => (what === 'pull' && ++asked > 3 ? 'lost' : 'none');
    start();
    await expect.poll(() => asked, patience).toBeGreaterThan(4);
    // RxDB asks for the next page while it keeps the one before.
    await expect.poll(() => keptUpTo(), patience).toBe(stamps[11]);
    expect((await held(device)).size).toBe(12);
    await restart();
    const before = pulls.length;
    fault = () => 'none';
    start();
    await inSync();
    expect([...(await held(device)).keys()].sort()).toEqual(ids.sort());
    expect(pulls[before]).toBe(stamps[11]);
  });

  it('S22: sends what was written while nothing replicated, in the order of the writes, in batches', async () => {
    const ids: string[] = [];
    for (let number = 0; number < 9; number++) ids.push(...(await write(device, 1)));
    await restart();
    start();
    await inSync();
    expect(pushes.flat()).toEqual(ids);
    expect(pushes.every((batch) => batch.length <= 4)).toBe(true);
    // And has nothing more to send after another restart.
    await restart();
    start();
    await inSync();
    expect(pushes.flat()).toEqual(ids);
  });

  it.each([1, 2, 3, 4])('both sides agree after every kind of fault and restart · seed %i', async (seed) => {
    const random = seededRandom(seed);
    const one = (all: Iterable<string>) => [...all][Math.floor(random() * [...all].length)] ?? '';
    for (let round = 0; round < 4; round++) {
      for (let step = 0; step < 6; step++) {
        const side = random() < 0.5 ? device : server;
        const there = await held(side);
        const fate = random();
        if (there.size === 0 || fate < 0.5) await write(side, 1 + Math.floor(random() * 5));
        else if (fate < 0.85) await change(side, one(there.keys()), `seed ${String(seed)}, round ${String(round)}`);
        else await (await side.findOne(one(there.keys())).exec(true)).incrementalRemove();
      }
      fault = () => (random() < 0.3 ? 'lost' : random() < 0.3 ? 'answer_lost' : 'none');
      start(3);
      // Wherever it stands by then.
      await new Promise((resolve) => setTimeout(resolve, random() * 30));
      await restart();
    }
    fault = () => 'none';
    start();
    await inSync();
    await expect.poll(() => held(device), patience).toEqual(await held(server));
    expect((await held(server)).size).toBeGreaterThan(0);
  });
});
