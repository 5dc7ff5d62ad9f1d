import type { DeviceStore } from './device-store.ts';
import { databaseName, ownerKey, type Owner } from './owner.ts';

/** RxDB's Dexie storage keeps each collection, and each collection's replication metadata, in a database of its own. */
const prefix = 'rxdb-dexie-';

/**
 * Deletes everything that this device holds of a person, replication metadata included, and looks again (S26): RxDB's
 * own removal leaves both behind. The database must be closed.
 *
 * @throws Error when something is still there
 */
export async function wipeOwner(owner: Owner, device: DeviceStore, indexedDb: IDBFactory = indexedDB): Promise<void> {
  const name = await databaseName(owner);
  await device.of(ownerKey(owner)).wipe();
  for (const database of await databasesOf(name, indexedDb)) await deleteDatabase(database, indexedDb);
  const left = await databasesOf(name, indexedDb);
  if (left.length > 0) throw new Error(`${String(left.length)} databases could not be deleted.`);
}

async function databasesOf(name: string, indexedDb: IDBFactory): Promise<string[]> {
  const all = await indexedDb.databases();
  return all.flatMap((database) => (database.name?.startsWith(`${prefix}${name}--`) ? [database.name] : []));
}

function deleteDatabase(name: string, indexedDb: IDBFactory): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDb.deleteDatabase(name);
    request.onsuccess = () => {
      resolve();
    };
    request.onerror = () => {
      reject(request.error ?? new Error(`${name} could not be deleted.`));
    };
    // Another tab has it open and closes when it hears of this; the request goes on by itself.
  });
}
