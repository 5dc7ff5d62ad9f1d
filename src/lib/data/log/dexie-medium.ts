import { Dexie, type DexieOptions, type Table } from 'dexie';
import type { LogEntry, LogMedium } from './medium.ts';

/**
 * A log in IndexedDB: one database, one store, one record an entry. Dexie opens, versions and reads it; the write that a
 * person waits for is a bare transaction of two requests, which through Dexie takes twice as long.
 *
 * @param options IndexedDB of another realm, for tests in Node
 */
export function dexieMedium(name: string, options: Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'> = {}): LogMedium {
  const dexie = new Dexie(name, options);
  dexie.version(1).stores({ entries: 'number' });
  const entries: Table<LogEntry, number> = dexie.table('entries');
  const keyRange = (options.IDBKeyRange ?? IDBKeyRange) as typeof IDBKeyRange;

  /** @returns false where `last` is not the last entry any more; then nothing is written */
  async function ifLast(last: number, write: (store: IDBObjectStore) => IDBRequest): Promise<boolean> {
    await dexie.open();
    return new Promise((resolve, reject) => {
      const transaction = dexie.backendDB().transaction(entries.name, 'readwrite');
      const store = transaction.objectStore(entries.name);
      let isBehind = false;
      // Where `last` is gone, another tab has rewritten the log; the first entry of all goes into an empty store.
      const standing = last === 0 ? store.count() : store.getKey(last);
      standing.onsuccess = () => {
        isBehind = last === 0 ? standing.result !== 0 : standing.result === undefined;
        if (isBehind) transaction.abort();
      };
      const written = write(store);
      written.onerror = () => {
        // The number is taken: another tab has written after `last`.
        isBehind ||= written.error?.name === 'ConstraintError';
      };
      transaction.oncomplete = () => {
        resolve(true);
      };
      transaction.onabort = () => {
        if (isBehind) resolve(false);
        else reject(transaction.error ?? new Error('The device could not keep what was written.'));
      };
    });
  }

  return {
    readAfter: (number) => entries.where('number').above(number).toArray(),
    append: (last, bytes) => ifLast(last, (store) => store.add({ number: last + 1, bytes } satisfies LogEntry)),
    rewrite: (last, rewritten) =>
      ifLast(last, (store) => {
        const [first, ...others] = rewritten.map((bytes, index) => ({ number: last + 1 + index, bytes }));
        const added = store.add(first);
        for (const entry of others) store.add(entry);
        store.delete(keyRange.upperBound(last));
        return added;
      }),
    close: () => {
      dexie.close();
    },
  };
}
