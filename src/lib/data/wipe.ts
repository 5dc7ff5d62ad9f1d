import { evidenceDatabaseName } from './files/evidence-store.ts';
import { fetchedDatabaseName } from './files/fetched-store.ts';
import type { DeviceStore } from './device-store.ts';
import { databaseName, ownerKey, type Owner } from './owner.ts';
import { PersonKeys } from './sealing/person-keys.ts';

/**
 * Deletes everything that this device holds of a person, replication's notes included, and looks again (S26): documents
 * lie in one database, photos and recordings in another, and what was put by of the school's in a third. All must be closed.
 *
 * @throws Error when something is still there
 */
export async function wipeOwner(owner: Owner, device: DeviceStore, indexedDb: IDBFactory = indexedDB): Promise<void> {
  const name = await databaseName(owner);
  await device.wipe(ownerKey(owner));
  await new PersonKeys(device).forget(ownerKey(owner));
  const names = [name, evidenceDatabaseName(name), fetchedDatabaseName(name)];
  for (const each of names) await deleteDatabase(each, indexedDb);
  const left = await indexedDb.databases();
  if (left.some((one) => one.name !== undefined && names.includes(one.name))) throw new Error('The database could not be deleted.');
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
