import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { DeviceStore } from '../../../src/lib/data/device-store.ts';
import type { NewHomework } from '../../../src/lib/data/homework.ts';
import { browserStorage } from '../../../src/lib/data/browser-storage.ts';
import type { Credentials } from '../../../src/lib/session/session-api.ts';
import { measureNaive } from './naive-client.ts';
import { measureOurs } from './our-client.ts';
import { rawFirstSync, rawWrites } from './raw-client.ts';
import { reopenOurs, reopenRaw } from './reopen.ts';

/** What the bench calls in Chromium. */
const measures = {
  ours: async (credentials: Credentials, writes: readonly NewHomework[]) => {
    const store = new DeviceStore();
    return measureOurs(
      {
        fetch: (url, init) => fetch(url, init),
        openStream: (url) => new EventSource(url),
        // A key that the next page finds again: how a person's is kept has no part in this.
        storage: browserStorage(await store.deviceKey()),
        store,
        isShared: true,
      },
      credentials,
      writes,
    );
  },
  reopenOurs,
  reopenRaw,
  naive: (url: string, writes: readonly Readonly<Record<string, unknown>>[]) =>
    measureNaive({ url, storage: getRxStorageDexie(), openStream: (stream) => new EventSource(stream), isShared: true }, writes),
  raw: async (url: string, writes: readonly Readonly<Record<string, unknown>>[]) => ({
    ...(await rawFirstSync(url)),
    durable: await rawWrites(writes),
  }),
};

export type Measures = typeof measures;

Object.assign(globalThis, { measures });
