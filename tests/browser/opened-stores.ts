import type { Page } from '@playwright/test';

export interface Search {
  /** Where any of the words was found, each with the word. */
  readonly found: readonly string[];
  /** Sealed things that were opened, and so were searched. */
  readonly opened: number;
  /** Sealed things that the open person's key and the device's do not open. */
  readonly shut: readonly string[];
}

/**
 * Searches all that the browser keeps of the app for words, and what is sealed is opened first: IndexedDB, Cache Storage and
 * both storages of the page. It uses what a page of the same person is given, the key that passes from one to the next.
 */
export async function searchOpened(page: Page, words: readonly string[]): Promise<Search> {
  return page.evaluate(async (wanted) => {
    interface Piece {
      readonly place: string;
      readonly text: string;
    }
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(request.error ?? new Error('IndexedDB failed.'));
        };
      });
    const textOf = (bytes: BufferSource) => new TextDecoder().decode(bytes);
    /** AES-GCM with the nonce in front and its place as additional data, as src/lib/data/sealing/seal.ts writes it. */
    const unseal = (key: CryptoKey, place: string, sealed: Uint8Array<ArrayBuffer>) =>
      crypto.subtle.decrypt(
        { name: 'AES-GCM', iv: sealed.slice(0, 12), additionalData: new TextEncoder().encode(place) },
        key,
        sealed.slice(12),
      );
    const askKey = (owner: string) =>
      new Promise<CryptoKey | null>((resolve) => {
        const channel = new BroadcastChannel('studystreaks-keys');
        channel.onmessage = ({ data }: MessageEvent<{ owner?: string; key?: unknown }>) => {
          if (data.owner === owner && data.key instanceof CryptoKey) resolve(data.key);
        };
        channel.postMessage({ asked: owner });
        setTimeout(resolve, 1000, null);
      });

    const rows: { readonly database: string; readonly store: string; readonly row: Record<string, unknown> }[] = [];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await answer(indexedDB.open(name));
      for (const store of database.objectStoreNames)
        for (const row of (await answer(database.transaction(store).objectStore(store).getAll())) as Record<string, unknown>[])
          rows.push({ database: name, store, row });
      database.close();
    }
    const owners = new Set(rows.flatMap(({ row }) => (typeof row['owner'] === 'string' ? [row['owner']] : [])));
    for (const { store, row } of rows)
      if (store === 'device' && String(row['key']).startsWith('key:')) owners.add(String(row['key']).slice(4));
    const keys = (await Promise.all([...owners].map(askKey))).filter((key) => key !== null);
    const deviceKey = rows.find(({ store }) => store === 'keys')?.row['key'];
    if (deviceKey instanceof CryptoKey) keys.push(deviceKey);

    const pieces: Piece[] = [];
    const shut: string[] = [];
    let opened = 0;
    const take = async (where: string, places: readonly string[], sealed: unknown): Promise<void> => {
      const bytes = sealed instanceof ArrayBuffer ? new Uint8Array(sealed) : (sealed as Uint8Array<ArrayBuffer>);
      for (const key of keys)
        for (const place of places) {
          const plain = await unseal(key, place, bytes).catch(() => null);
          if (!plain) continue;
          opened++;
          pieces.push({ place: where, text: textOf(plain) });
          return;
        }
      shut.push(where);
    };
    for (const { database, store, row } of rows) {
      const where = `${database}/${store}`;
      // What stands in plain beside what is sealed.
      pieces.push({ place: where, text: JSON.stringify(row) });
      const [owner, collection, id, key] = ['owner', 'collection', 'id', 'key'].map((field) => String(row[field]));
      if (store === 'entries' && row['bytes'] !== undefined) await take(where, [`log/${database}/${String(row['number'])}`], row['bytes']);
      else if (store === 'chunks') {
        const count = rows.filter((one) => one.store === 'chunks' && one.row['fileId'] === row['fileId']).length;
        await take(where, [`${String(row['fileId'])}/${String(row['index'])}/${String(count)}`], row['sealed']);
      } else if (store === 'facts') await take(where, [`${owner}/fact/${key}`], row['sealed']);
      else if (store === 'quarantine') await take(where, [`${owner}/${collection}/${id}`], row['sealed']);
      else if (store === 'device' && row['value'] instanceof ArrayBuffer) await take(where, [String(key)], row['value']);
      else if (store === 'envelopes') shut.push(where);
    }
    for (const storage of [localStorage, sessionStorage]) pieces.push({ place: 'storage', text: JSON.stringify(storage) });
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        pieces.push({ place: `${name} ${request.url}`, text: (await (await cache.match(request))?.text()) ?? '' });
    }
    const found = pieces.flatMap(({ place, text }) => wanted.filter((word) => text.includes(word)).map((word) => `${place}: ${word}`));
    return { found: [...new Set(found)], opened, shut };
  }, words);
}
