import type { RxStorage } from 'rxdb';

/** Tells when what a client writes has come to rest in its storage, ours and the baseline's alike. */
export interface WatchedStorage<Storage> {
  readonly storage: Storage;
  /** `performance.now()` of the last write that the storage has confirmed; replication's own notes among them. */
  readonly lastWriteAt: () => number;
}

export function watchStorage<Storage extends RxStorage<unknown, unknown>>(storage: Storage): WatchedStorage<Storage> {
  let lastWriteAt = 0;
  return {
    lastWriteAt: () => lastWriteAt,
    storage: {
      ...storage,
      name: storage.name,
      rxdbVersion: storage.rxdbVersion,
      createStorageInstance: async (options) => {
        const instance = await storage.createStorageInstance(options);
        const write = instance.bulkWrite.bind(instance);
        instance.bulkWrite = async (rows, context) => {
          const result = await write(rows, context);
          lastWriteAt = performance.now();
          return result;
        };
        return instance;
      },
    },
  };
}
