import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, it } from 'vitest';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { createKey } from '../sealing/seal.ts';
import { FetchedStore } from './fetched-store.ts';

const content = 'a child’s own words. '.repeat(evidenceLimits.chunkBytes / 16);

it('S25: what was put by of the school’s lies sealed, opens for its person alone, and goes whole', async () => {
  const [indexedDB, key] = [new IDBFactory(), await createKey()];
  const open = (under: CryptoKey) => new FetchedStore('teacher', under, { indexedDB, IDBKeyRange });
  let store = open(key);
  await store.keep({ id: 'one', kind: 'audio', durationMs: 4200 }, new Blob([content], { type: 'audio/webm' }));
  await store.keep({ id: 'two', kind: 'photo', durationMs: null }, new Blob(['beside it'], { type: 'image/jpeg' }));
  store.close();

  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('teacher-fetched');
    request.onsuccess = () => {
      resolve(request.result);
    };
  });
  const raw = () =>
    new Promise<{ sealed: ArrayBuffer }[]>((resolve) => {
      const request = database.transaction('chunks').objectStore('chunks').getAll();
      request.onsuccess = () => {
        resolve(request.result as { sealed: ArrayBuffer }[]);
      };
    });
  for (const { sealed } of await raw()) expect(Buffer.from(sealed).includes('own words')).toBe(false);

  store = open(key);
  const [one] = await store.files();
  if (!one) throw new Error('It was kept.');
  expect(one).toMatchObject({ id: 'one', kind: 'audio', mediaType: 'audio/webm', durationMs: 4200 });
  expect(await (await store.read(one)).text()).toBe(content);
  store.close();
  const another = open(await createKey());
  await expect(another.read(one)).rejects.toThrow();
  await another.discard(['one']);
  expect((await another.files()).map(({ id }) => id)).toEqual(['two']);
  expect(await raw()).toHaveLength(1);
  another.close();
  database.close();
});
