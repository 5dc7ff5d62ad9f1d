/** An object as it stands: its bytes, and the version that a compare-and-set names. */
export interface VaultObject {
  readonly bytes: Uint8Array;
  readonly version: string;
}

/**
 * Where wrapped keys, the erasure ledger and the epoch live, apart from the database and its backups. The shape of an
 * object store with conditional writes, so that files can give way to S3 without another code path.
 */
export interface Vault {
  /** The object at `path`, or null when there is none. */
  read(path: string): Promise<VaultObject | null>;
  /**
   * Writes the whole object if it still stands at `expectedVersion` (null: if there is none). Durable when it resolves.
   *
   * @throws VaultConflict when another writer was first, or has already built on this write: read again, and decide anew
   */
  write(path: string, bytes: Uint8Array, expectedVersion: string | null): Promise<void>;
  /** Deletes the object; there may be none. A writer that read it before gets a conflict. */
  remove(path: string): Promise<void>;
  /** Paths of all objects under a folder, sorted. */
  list(prefix: string): Promise<string[]>;
}

/** Another writer was there. */
export class VaultConflict extends Error {
  override readonly name = 'VaultConflict';

  constructor(path: string) {
    super(`${path} in the vault was changed by another writer`);
  }
}
