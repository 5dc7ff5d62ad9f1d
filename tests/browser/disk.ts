import type { CDPSession } from '@playwright/test';
import type { Device } from './device.ts';

/** What a small disk holds of one origin, in bytes: the app itself and a person's data have room. */
const size = 8_000_000;

/** A small disk under a device's browser. It is one only while it is made before the browser has kept anything. */
export class Disk {
  readonly #device: Device;
  readonly #session: CDPSession;

  private constructor(device: Device, session: CDPSession) {
    this.#device = device;
    this.#session = session;
  }

  static async under(device: Device): Promise<Disk> {
    const disk = new Disk(device, await device.context.newCDPSession(device.page));
    await disk.#allow(size);
    return disk;
  }

  /** From now on nothing more can be kept. */
  async fill(): Promise<void> {
    await this.#allow(1);
    // Chromium asks how much is left only when a write is larger than what was left when it last asked.
    const outcome = await this.#device.page.evaluate(writeMuch, size);
    if (outcome !== 'QuotaExceededError') throw new Error(`The disk should be full, but: ${outcome}`);
  }

  async free(): Promise<void> {
    await this.#allow(size);
  }

  async #allow(quotaSize: number): Promise<void> {
    await this.#session.send('Storage.overrideQuotaForOrigin', { origin: this.#device.url, quotaSize });
  }
}

/** Tries to keep so many bytes in one transaction. @returns what became of it; in no case are they kept */
async function writeMuch(bytes: number): Promise<string> {
  const name = 'ballast';
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.result.createObjectStore('all', { autoIncrement: true });
    opening.onsuccess = () => {
      resolve(opening.result);
    };
    opening.onerror = () => {
      reject(opening.error ?? new Error('IndexedDB failed.'));
    };
  });
  const outcome = await new Promise<string>((resolve) => {
    const transaction = database.transaction('all', 'readwrite');
    for (let written = 0; written < bytes; written += 32_768) transaction.objectStore('all').add(new Uint8Array(32_768));
    transaction.oncomplete = () => {
      resolve('kept');
    };
    transaction.onabort = () => {
      resolve(transaction.error?.name ?? 'aborted');
    };
  });
  database.close();
  indexedDB.deleteDatabase(name);
  return outcome;
}
