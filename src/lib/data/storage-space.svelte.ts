const shortAt = 0.8;

class StorageSpace {
  /** Bytes used of this origin's share; null until measured. */
  used: number | null = $state(null);
  quota: number | null = $state(null);
  /** Over 80% is used, or a write has failed for want of room (S24). */
  isShort = $state(false);
  /** Something that this device had kept could not be read any more. */
  isDamaged = $state(false);
}

export const storageSpace = new StorageSpace();

let isAsked = false;

/** Asks the browser once, after the first saved work, not to clear this device's data when room is short. */
export async function keepStorage(): Promise<void> {
  if (isAsked || !('storage' in navigator)) return;
  isAsked = true;
  if (!(await navigator.storage.persisted())) await navigator.storage.persist();
  await measureStorage();
}

export async function measureStorage(): Promise<void> {
  const { usage, quota } = await navigator.storage.estimate();
  storageSpace.used = usage ?? null;
  storageSpace.quota = quota ?? null;
  storageSpace.isShort = usage !== undefined && quota !== undefined && quota > 0 && usage / quota > shortAt;
}
