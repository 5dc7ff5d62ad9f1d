import type { CollectionName } from '#domain/collections/index.ts';
import { DeviceStore } from '../../../src/lib/data/device-store.ts';
import { browserStorage } from '../../../src/lib/data/browser-storage.ts';
import { LocalDatabase } from '../../../src/lib/data/local-database.ts';
import type { Owner } from '../../../src/lib/data/owner.ts';
import { WorkAside } from '../../../src/lib/data/setting-aside.ts';
import { quantile } from '../figures.ts';
import { openRaw, rawNewest } from './raw-client.ts';

/** What a device that holds everything takes to show something, in milliseconds. */
export interface Reopening {
  /** From nothing open to the first list. */
  readonly coldOpen: number;
  /** The newest once everything is open. */
  readonly newest: number;
}

const newestCount = 500;
const askings = 20;

/** In a page that has just been loaded: what an earlier page has synced is opened by the product's own code. */
export async function reopenOurs({ owner, collections }: { owner: Owner; collections: readonly CollectionName[] }): Promise<Reopening> {
  const started = performance.now();
  const store = new DeviceStore();
  const key = await store.deviceKey();
  const aside = new WorkAside(store.of('bench', key), () => new Date());
  const database = await LocalDatabase.open({ owner, collections, storage: browserStorage(key), aside, isShared: true });
  // Another day each time, or RxDB would hand out what it has found before.
  const newest = async (until: string) => {
    const query = { where: { completionDate: { $lte: until } }, sort: [{ completionDate: 'desc' }], limit: newestCount } as const;
    const found = await database.find('completions', query);
    if (found.length !== newestCount) throw new Error(`Only ${String(found.length)} were found.`);
  };
  await newest('2099-12-31');
  const coldOpen = performance.now() - started;
  const asked = await repeatedly((number) => newest(`2099-11-${String(number + 1).padStart(2, '0')}`));
  return { coldOpen, newest: asked };
}

/** The same by IndexedDB alone: open, and step through an index from its end. */
export async function reopenRaw(): Promise<Reopening> {
  const started = performance.now();
  const database = await openRaw('raw-first-sync');
  await rawNewest(database, newestCount);
  const coldOpen = performance.now() - started;
  const asked = await repeatedly(() => rawNewest(database, newestCount));
  database.close();
  return { coldOpen, newest: asked };
}

async function repeatedly(ask: (number: number) => Promise<void>): Promise<number> {
  const taken: number[] = [];
  for (let number = 0; number < askings; number++) {
    const started = performance.now();
    await ask(number);
    taken.push(performance.now() - started);
  }
  return quantile(taken, 0.5);
}
