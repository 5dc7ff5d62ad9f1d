/**
 * Where files lie, sealed. It knows nothing of keys, children or uploads: bytes by path, so that a disk and an object store (S3,
 * which is not built yet) serve alike. A path is names and slashes: `<school>/<random name>/<part>`.
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
