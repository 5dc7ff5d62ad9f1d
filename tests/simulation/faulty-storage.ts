import { logStorage, type DeviceStorage } from '../../src/lib/data/log/log-storage.ts';
import { memoryMedium, type LogMedium } from '../../src/lib/data/log/medium.ts';

/** A device's disk, with what befalls it. Its log outlives the closing of the database. */
export class FaultyStorage {
  /** Nothing more can be kept. */
  isFull = false;
  /** The device is dying: what is not on the disk yet does not come there. */
  isCut = false;
  readonly storage: DeviceStorage;

  constructor() {
    const disk = memoryMedium();
    const medium: LogMedium = {
      readAfter: (number) => disk.readAfter(number),
      append: (last, bytes) => this.#orFail(() => disk.append(last, bytes)),
      rewrite: (last, entries) => this.#orFail(() => disk.rewrite(last, entries)),
      close: () => {
        disk.close();
      },
    };
    this.storage = logStorage({ mediumOf: () => medium });
  }

  #orFail(write: () => Promise<boolean>): Promise<boolean> {
    if (this.isCut) return Promise.reject(new DOMException('The device is off.', 'AbortError'));
    if (this.isFull) return Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError'));
    return write();
  }
}
