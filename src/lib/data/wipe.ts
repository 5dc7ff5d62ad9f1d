import type { DeviceStore } from './device-store.ts';
import { databaseName, ownerKey, type Owner } from './owner.ts';

/**
 * Deletes everything that this device holds of a person, replication's notes included, and looks again (S26): all of it
 * lies in one database. It must be closed.
 *
 * @throws Error when something is still there
 */
export async function wipeOwner(owner: Owner, device: DeviceStore, indexedDb: IDBFactory = indexedDB): Promise<void> {
  const name = await databaseName(owner);
  await device.of(ownerKey(owner)).wipe();
  await deleteDatabase(name, indexedDb);
  if ((await indexedDb.databases()).some((left) => left.name === name)) throw new Error('The database could not be deleted.');
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
