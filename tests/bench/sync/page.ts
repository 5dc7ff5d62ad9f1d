import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { DeviceStore } from '../../../src/lib/data/device-store.ts';
import type { NewHomework } from '../../../src/lib/data/homework.ts';
import { createKey } from '../../../src/lib/data/sealing/seal.ts';
import { browserStorage } from '../../../src/lib/data/browser-storage.ts';
import type { Credentials } from '../../../src/lib/session/session-api.ts';
import { measureNaive } from './naive-client.ts';
import { measureOurs } from './our-client.ts';
import { rawFirstSync, rawWrites } from './raw-client.ts';

/** What the bench calls in Chromium. */
const measures = {
  ours: async (credentials: Credentials, writes: readonly NewHomework[]) =>
    measureOurs(
      {
        fetch: (url, init) => fetch(url, init),
        openStream: (url) => new EventSource(url),
        storage: browserStorage(await createKey()),
        store: new DeviceStore(),
        isShared: true,
      },
      credentials,
      writes,
    ),
  naive: (url: string, writes: readonly Readonly<Record<string, unknown>>[]) =>
    measureNaive({ url, storage: getRxStorageDexie(), openStream: (stream) => new EventSource(stream), isShared: true }, writes),
  raw: async (url: string, writes: readonly Readonly<Record<string, unknown>>[]) => ({
    ...(await rawFirstSync(url)),
    durable: await rawWrites(writes),
  }),
};

export type Measures = typeof measures;

Object.assign(globalThis, { measures });
