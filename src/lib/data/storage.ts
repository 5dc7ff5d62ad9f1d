import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import type { Storage } from './local-database.ts';

/** RxDB on IndexedDB. */
export function browserStorage(): Storage {
  return getRxStorageDexie();
}
