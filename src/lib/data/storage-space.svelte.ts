import { isNoRoom } from './no-room.ts';

const shortAt = 0.8;

class StorageSpace {
  /** Bytes used of this origin's share; null until measured. */
  used: number | null = $state(null);
  quota: number | null = $state(null);
  /** Over 80% is used. */
  isShort = $state(false);
  /** The browser does not clear it away when room is short; null until asked. */
  isLasting: boolean | null = $state(null);
  /** Something could not be kept, and nothing could be since (S24). */
  isFull = $state(false);
  /** Something that this device had kept could not be read any more. */
  isDamaged = $state(false);
}

export const storageSpace = new StorageSpace();

const measureEveryMs = 300_000;

let isAsked = false;
let measuredAt = -Infinity;
let look: () => void = () => undefined;

/** Something could not be kept: the person is told until something can be. */
export function storageFailed(): void {
  storageSpace.isFull = true;
  look();
}

/** Waits for what is to be kept; the person is told where there is no room for it. @throws as `work` */
export async function keeping<Kept>(work: Promise<Kept>): Promise<Kept> {
  return work.catch((reason: unknown) => {
    if (isNoRoom(reason)) storageFailed();
    throw reason;
  });
}

/** The session says how to find out when there is room again, while somebody is signed in. */
export function setLookForRoom(how: () => void): void {
  look = how;
  storageSpace.isFull = false;
}

/**
 * Work was saved. Asks the browser once, after the first, not to clear this device's data when room is short; and looks from time to
 * time whether it is short.
 */
export async function keepStorage(): Promise<void> {
  if (!('storage' in navigator)) return;
  if (!isAsked) await askToKeep();
  if (performance.now() - measuredAt > measureEveryMs) await measureStorage();
}

/** Asks the browser not to clear this device's data when room is short. It may say no. */
export async function askToKeep(): Promise<void> {
  if (!('storage' in navigator)) return;
  isAsked = true;
  storageSpace.isLasting = (await navigator.storage.persisted()) || (await navigator.storage.persist());
}

export async function measureStorage(): Promise<void> {
  // Where the page came without https there is none to ask.
  if (!('storage' in navigator)) return;
  measuredAt = performance.now();
  const { usage, quota } = await navigator.storage.estimate();
  storageSpace.isLasting = await navigator.storage.persisted();
  storageSpace.used = usage ?? null;
  storageSpace.quota = quota ?? null;
  storageSpace.isShort = usage !== undefined && quota !== undefined && quota > 0 && usage / quota > shortAt;
}
