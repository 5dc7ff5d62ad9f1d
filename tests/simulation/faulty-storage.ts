import { v7 as uuidv7 } from 'uuid';
import type { Lens } from '#domain/sync/lenses/lens.ts';
import { logStorage, type DeviceStorage } from '../../src/lib/data/log/log-storage.ts';
import { memoryMedium, type LogMedium } from '../../src/lib/data/log/medium.ts';

/** A device's disk, with what befalls it. Its log outlives the closing of the database. */
export class FaultyStorage {
  /** Nothing more can be kept. */
  isFull = false;
  /** The device is dying: what is not on the disk yet does not come there. */
  isCut = false;
  /** As its tab keeps things there. */
  readonly storage: DeviceStorage;
  readonly #openTab: () => DeviceStorage;
  readonly #disk: LogMedium;
  /** Numbers of entries that do not open any more. */
  readonly #rotten = new Set<number>();

  /** @param lenses those that the app on the device knows, each time that it is opened (S28) */
  constructor(lenses: () => readonly Lens[]) {
    const disk = (this.#disk = memoryMedium());
    const medium: LogMedium = {
      readAfter: async (number) =>
        (await disk.readAfter(number)).map((entry) => (this.#rotten.has(entry.number) ? { ...entry, bytes: null } : entry)),
      append: (last, bytes) => this.#orFail(() => disk.append(last, bytes)),
      rewrite: (last, entries) => this.#orFail(() => disk.rewrite(last, entries)),
      close: () => {
        disk.close();
      },
    };
    const channelName = `disk-${uuidv7()}`;
    this.#openTab = () => logStorage({ mediumOf: () => medium, lenses, channelOf: () => new BroadcastChannel(channelName) });
    this.storage = this.#openTab();
  }

  /** The same disk as another tab has it: what one writes the other hears of. */
  otherTab(): DeviceStorage {
    return this.#openTab();
  }

  /** One of the entries is damaged. */
  async rot(pick: (numbers: readonly number[]) => number | undefined): Promise<void> {
    const number = pick((await this.#disk.readAfter(0)).map((entry) => entry.number));
    if (number !== undefined) this.#rotten.add(number);
  }

  #orFail(write: () => Promise<boolean>): Promise<boolean> {
    if (this.isCut) return Promise.reject(new DOMException('The device is off.', 'AbortError'));
    if (this.isFull) return Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError'));
    return write();
  }
}
