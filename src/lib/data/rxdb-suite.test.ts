import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { addRxPlugin, type RxCollection } from 'rxdb/plugins/core';
import { disableWarnings, RxDBDevModePlugin } from 'rxdb/plugins/dev-mode';
import { RxDBLocalDocumentsPlugin } from 'rxdb/plugins/local-documents';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import type { HumanDocumentType } from 'rxdb/plugins/test-utils';
import { wrappedValidateAjvStorage } from 'rxdb/plugins/validate-ajv';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { browserStorage } from './browser-storage.ts';
import { createKey } from './sealing/seal.ts';
import { renamedKey } from './testing/rxdb-suite/renamed-key.ts';
import { loadRxdbSuite } from './testing/rxdb-suite/load.ts';

/*
 * RxDB's package carries one suite, that of replications, with the collections that it needs; RxDB's tests of storages stay in
 * its repository. It runs here in RxDB's development mode, which checks what a storage is given and gives, with the app's
 * storage on the device, and for comparison RxDB's own. Files do not lie in RxDB (S25): of attachments there is nothing to test.
 */
addRxPlugin(RxDBDevModePlugin);
addRxPlugin(RxDBLocalDocumentsPlugin);
disableWarnings();
// The suite is written for Mocha, whose functions are everywhere.
Object.assign(globalThis, { describe, it });
const { getPullHandler, getPullStream, getPushHandler, humansCollection, runReplicationBaseTestSuite, setConfig } = await loadRxdbSuite();

const key = await createKey();
const indexedDB = new IDBFactory();
const storages = {
  'the sealed log': () => renamedKey(browserStorage(key, undefined, { indexedDB, IDBKeyRange }), 'passportId'),
  'RxDB’s memory': () => getRxStorageMemory(),
  'RxDB’s Dexie': () => getRxStorageDexie({ indexedDB, IDBKeyRange }),
};

describe.each(Object.entries(storages))('RxDB’s suite of replications, with the device on %s', (name, storageOf) => {
  let server: RxCollection<HumanDocumentType>;

  beforeAll(async () => {
    const getStorage = () => wrappedValidateAjvStorage({ storage: storageOf() });
    // The suite makes its collections on this storage.
    setConfig({
      storage: {
        name,
        getStorage,
        getPerformanceStorage: () => ({ storage: getStorage(), description: name }),
        hasPersistence: true,
        hasMultiInstance: true,
        hasAttachments: false,
        hasReplication: true,
      },
    });
    server = await humansCollection.create(0, 'human', false, true, wrappedValidateAjvStorage({ storage: getRxStorageMemory() }));
  });

  afterAll(() => server.database.close());

  const replicate = (collection: RxCollection<HumanDocumentType>, live: boolean) =>
    replicateRxCollection({
      collection,
      replicationIdentifier: 'suite',
      live,
      pull: { handler: getPullHandler(server), stream$: getPullStream(server), batchSize: 5 },
      push: { handler: getPushHandler(server), batchSize: 5 },
    });

  runReplicationBaseTestSuite({
    startReplication: (collection) => replicate(collection, true),
    syncOnce: async (collection) => {
      const replication = replicate(collection, false);
      await replication.awaitInSync();
      await replication.cancel();
    },
    getAllServerDocs: async () => (await server.find().exec()).map((document) => document.toJSON()),
    cleanUpServer: async () => void (await server.find().remove()),
    getPrimaryOfServerDoc: ({ passportId }: HumanDocumentType) => passportId,
  });
});
