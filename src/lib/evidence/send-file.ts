import type { HeldFile } from '../data/files/evidence-store.ts';

export interface Sending {
  /** The bytes from `start` up to `end`. */
  readonly read: (start: number, end: number) => Promise<Blob>;
  /** So many bytes are safe at the server. */
  readonly onProgress: (sentBytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends one file from wherever the server has got to.
 *
 * @throws FileRefused | FileDelayed | NotSignedIn | Unreachable
 */
export type SendFile = (file: HeldFile, sending: Sending) => Promise<void>;

/** The server takes this file, and not yet; others may go meanwhile. */
export class FileDelayed extends Error {
  readonly code: string;
  readonly retryAfterMs: number;

  constructor(code: string, retryAfterMs: number) {
    super(code);
    this.name = 'FileDelayed';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The server will never take this file. */
export class FileRefused extends Error {
  /** One of `evidenceRefusals`, or another code of the server's. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'FileRefused';
    this.code = code;
  }
}
