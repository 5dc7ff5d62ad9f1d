import type { DexieOptions } from 'dexie';
import { dexieMedium } from './log/dexie-medium.ts';
import { logStorage, type DeviceStorage } from './log/log-storage.ts';
import { sealedMedium } from './log/sealed-medium.ts';

/**
 * Documents on a browser's disk, sealed under a person's key and shared by the browser's tabs.
 *
 * @param onDamage something could not be read any more
 * @param options IndexedDB of another realm, for tests in Node
 */
export function browserStorage(
  key: CryptoKey,
  onDamage: () => void = () => undefined,
  options?: Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'>,
): DeviceStorage {
  return logStorage({
    onDamage,
    mediumOf: (databaseName) => sealedMedium(dexieMedium(databaseName, options), key, databaseName),
    channelOf: (databaseName) => new BroadcastChannel(`${databaseName}-log`),
  });
}
