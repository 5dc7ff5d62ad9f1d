import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { browserStorage } from './browser-storage.ts';
import { createKey } from './sealing/seal.ts';
import { storageContract } from './testing/storage-contract.ts';

const key = await createKey();

storageContract('the sealed log', () => {
  const indexedDB = new IDBFactory();
  return { storage: () => browserStorage(key, undefined, { indexedDB, IDBKeyRange }) };
});

// What the app needs is what RxDB promises: its own storages keep the same contract.
storageContract('RxDB’s memory', () => ({ storage: () => getRxStorageMemory() }));

storageContract('RxDB’s Dexie', () => {
  const indexedDB = new IDBFactory();
  return { storage: () => getRxStorageDexie({ indexedDB, IDBKeyRange }) };
});
