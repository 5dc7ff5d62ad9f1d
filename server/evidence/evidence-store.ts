/**
 * Where files lie, sealed. It knows nothing of keys, children or uploads: bytes by path, so that a disk and an object store (S3)
 * serve alike. A path is names and slashes: `<school>/<random name>/<part>`. What cannot be done now is thrown as it is by a
 * disk, and as `StoreOutOfReach` by a store across the network.
 */
export interface EvidenceStore {
  /** Lasting once it resolves, and never seen half. An object of that path is replaced. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** Null where there is none. */
  get(path: string): Promise<Buffer | null>;
  /** One that is not there is as good as deleted. */
  delete(path: string): Promise<void>;
  /** The paths of all objects below a folder: `<school>/`, `<school>/<random name>/`. */
  list(folder: string): Promise<string[]>;
}

/** The store cannot be reached, or does not let the server in; whoever asked may come back. */
export class StoreOutOfReach extends Error {
  override readonly name = 'StoreOutOfReach';
}

/**
 * Security: a path is names and slashes, so that it can never lead out of the store.
 *
 * @throws where it is none
 */
export function segmentsOf(path: string): string[] {
  const segments = path.split('/');
  if (!segments.every((segment) => /^[a-z0-9][a-z0-9-]*$/.test(segment))) throw new Error('Not a path of the evidence store');
  return segments;
}

/** A folder without the slash at its end, by which one is told from a file. */
export function folderSegmentsOf(folder: string): string[] {
  return segmentsOf(folder.replace(/\/$/, ''));
}
