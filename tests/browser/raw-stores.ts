import type { Page } from '@playwright/test';

/**
 * How the frame of a JPEG of three colours begins, in one pass or several (ITU-T T.81, B.2.2): long enough that sealed bytes,
 * which are as good as random, never hold it by chance. The three bytes that every JPEG begins with did, once.
 */
export const jpegFrames: readonly (readonly number[])[] = [
  [0xff, 0xc0, 0x00, 0x11, 0x08],
  [0xff, 0xc2, 0x00, 0x11, 0x08],
];

/** The keys of what lies in a store of the databases whose names end so. */
export async function keysInStores(page: Page, databaseEnd: string, storeName: string): Promise<string[]> {
  return page.evaluate(
    async ([end, name]) => {
      const databases = (await indexedDB.databases()).flatMap((database) => database.name ?? []).filter((one) => one.endsWith(end));
      const keys = await Promise.all(
        databases.map(
          (database) =>
            new Promise<IDBValidKey[]>((resolve, reject) => {
              const opening = indexedDB.open(database);
              opening.onerror = () => {
                reject(opening.error ?? new Error('IndexedDB failed.'));
              };
              opening.onsuccess = () => {
                const asking = opening.result.transaction(name).objectStore(name).getAllKeys();
                asking.onsuccess = () => {
                  opening.result.close();
                  resolve(asking.result);
                };
              };
            }),
        ),
      );
      return keys.flat().map(String);
    },
    [databaseEnd, storeName] as const,
  );
}

/** Searches every value of every IndexedDB of the page's origin for bytes. @returns where any was found */
export async function findInStores(page: Page, wanted: readonly (readonly number[])[]): Promise<string[]> {
  return page.evaluate(async (sequences) => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(request.error ?? new Error('IndexedDB failed.'));
        };
      });
    const holds = (bytes: Uint8Array) =>
      sequences.some((sequence) => bytes.some((_, at) => sequence.every((byte, index) => bytes[at + index] === byte)));
    const bytesOf = async (value: unknown): Promise<Uint8Array[]> => {
      if (value instanceof Blob) return [new Uint8Array(await value.arrayBuffer())];
      if (value instanceof ArrayBuffer) return [new Uint8Array(value)];
      if (ArrayBuffer.isView(value)) return [new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
      if (typeof value === 'string') return [Uint8Array.from(value, (letter) => letter.charCodeAt(0) & 0xff)];
      if (typeof value !== 'object' || value === null || value instanceof CryptoKey) return [];
      return (await Promise.all(Object.values(value).map(bytesOf))).flat();
    };
    const found: string[] = [];
    let bytesSeen = 0;
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await answer(indexedDB.open(name));
      for (const storeName of database.objectStoreNames) {
        const values = await answer(database.transaction(storeName).objectStore(storeName).getAll());
        for (const bytes of await bytesOf(values)) {
          bytesSeen += bytes.length;
          if (holds(bytes)) found.push(`${name}/${storeName}`);
        }
      }
      database.close();
    }
    if (bytesSeen === 0) throw new Error('There was nothing to search.');
    return found;
  }, wanted);
}
