import type { CollectionName } from '#domain/collections/index.ts';
import { digestLine, type Checkpoint, type DigestResponse } from '#domain/sync/protocol.ts';

export type Versions = readonly (readonly [id: string, version: number])[];

/** S23: how many documents, and SHA-256 (hex) over their lines sorted by id. */
export async function digestOf(versions: Versions): Promise<{ count: number; hash: string }> {
  const lines = versions
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, version]) => digestLine(id, version))
    .join('');
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(lines)));
  return { count: versions.length, hash: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') };
}

export interface Healing {
  /** Pull again from below this version; null where nothing is missing. */
  readonly rewindBelow: number | null;
  /** Documents that are on this device and should not be; they came from the server. */
  readonly remove: readonly { readonly id: string; readonly version: number }[];
  /** Documents that the server should have acknowledged and does not know: to be sent again. */
  readonly sendAgain: readonly string[];
}

/** Where a document is that the server does not list: gone for good, or lost by the server with a restored backup (S3). */
export type Surplus = 'gone' | 'lost';

/**
 * What it takes to agree with the server again. `isUnsent` documents are the person's work on its way: neither removed
 * nor expected to agree (trap: healing that deletes unsent work).
 */
export function healingOf(
  here: Versions,
  there: Versions,
  isUnsent: (id: string) => boolean,
  surplusIs: (id: string) => Surplus = () => 'gone',
): Healing {
  const versionsHere = new Map(here);
  const idsThere = new Set(there.map(([id]) => id));
  const missing = there.filter(([id, version]) => versionsHere.get(id) !== version && !isUnsent(id)).map(([, version]) => version);
  const surplus = here.filter(([id]) => !idsThere.has(id) && !isUnsent(id));
  // What never had a version was acknowledged and has not come back: only the server can have lost it.
  const isLost = (id: string, version: number) => version === 0 || surplusIs(id) === 'lost';
  return {
    rewindBelow: missing.length === 0 ? null : missing.reduce((least, version) => Math.min(least, version)),
    remove: surplus.filter(([id, version]) => !isLost(id, version)).map(([id, version]) => ({ id, version })),
    sendAgain: surplus.filter(([id, version]) => isLost(id, version)).map(([id]) => id),
  };
}

/** A forward checkpoint from which every document of `version` and later comes again. */
export function checkpointBelow(epoch: number, version: number): Checkpoint {
  return { epoch, forward: [Math.max(0, version - 1), 'ffffffff-ffff-ffff-ffff-ffffffffffff'], back: null };
}

/** The collections that differ, with what the person should hold of each. */
export function differences(answer: DigestResponse): [CollectionName, Versions][] {
  const found: [CollectionName, Versions][] = [];
  for (const [collection, result] of Object.entries(answer.collections)) {
    if (!result.matches) found.push([collection as CollectionName, result.versions.map(([version, id]) => [id, version])]);
  }
  return found;
}
