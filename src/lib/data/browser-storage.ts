import type { DexieOptions } from 'dexie';
import { dexieMedium } from './log/dexie-medium.ts';
import { logStorage, type DeviceStorage } from './log/log-storage.ts';

/** Documents on a browser's disk, shared by its tabs. @param options IndexedDB of another realm, for tests in Node */
export function browserStorage(options?: Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'>): DeviceStorage {
  return logStorage({
    mediumOf: (databaseName) => dexieMedium(databaseName, options),
    channelOf: (databaseName) => new BroadcastChannel(`${databaseName}-log`),
  });
}
