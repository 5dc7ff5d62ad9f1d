import type { NaiveDocument } from './naive-server.ts';

/**
 * The raw limit of a first sync in a browser: everything in one answer, every document put into an object store with two
 * indexes, one transaction a thousand. No queries, no conflicts, no second tab.
 *
 * @returns milliseconds from the request to the last commit, and how many documents are there then
 */
export async function rawFirstSync(url: string): Promise<{ firstSync: number; documents: number }> {
  const database = await openRaw('raw-first-sync');
  const started = performance.now();
  const documents = (await (await fetch(`${url}/everything`)).json()) as NaiveDocument[];
  for (let from = 0; from < documents.length; from += 1000) await putAll(database, documents.slice(from, from + 1000));
  const firstSync = performance.now() - started;
  const count = await countAll(database);
  database.close();
  return { firstSync, documents: count };
}

/** The raw limit of single writes: each in a transaction of its own. @returns milliseconds until the last is committed */
export async function rawWrites(bodies: readonly Readonly<Record<string, unknown>>[]): Promise<number> {
  const database = await openRaw('raw-writes');
  const started = performance.now();
  for (const body of bodies) await putAll(database, [{ id: crypto.randomUUID(), updatedAt: 0, _deleted: false, body }]);
  const ms = performance.now() - started;
  database.close();
  return ms;
}

export function openRaw(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore('documents', { keyPath: 'id' });
      store.createIndex('updatedAt', 'updatedAt');
      store.createIndex('student', 'body.studentId');
    };
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('IndexedDB could not be opened'));
    };
  });
}

/** The newest documents, by stepping through an index from its end. */
export function rawNewest(database: IDBDatabase, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const found: unknown[] = [];
    const request = database.transaction('documents').objectStore('documents').index('updatedAt').openCursor(null, 'prev');
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor) found.push(cursor.value);
      if (!cursor || found.length === count) resolve();
      else cursor.continue();
    };
    request.onerror = () => {
      reject(request.error ?? new Error('The documents could not be read'));
    };
  });
}

function putAll(database: IDBDatabase, documents: readonly NaiveDocument[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction('documents', 'readwrite');
    const store = transaction.objectStore('documents');
    for (const document of documents) store.put(document);
    transaction.oncomplete = () => {
      resolve();
    };
    transaction.onerror = () => {
      reject(transaction.error ?? new Error('The transaction failed'));
    };
  });
}

function countAll(database: IDBDatabase): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = database.transaction('documents').objectStore('documents').count();
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('The documents could not be counted'));
    };
  });
}
