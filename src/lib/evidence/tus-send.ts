import type { HttpResponse, UploadOptions } from 'tus-js-client';
import type { ErrorCode } from '#domain/errors.ts';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import { failureOf, NotSignedIn, Refused, Unreachable, type Fetch } from '../sync/http.ts';
import { fetchStack } from './fetch-stack.ts';
import { FileDelayed, FileRefused, type SendFile } from './send-file.ts';

export interface TusOptions {
  readonly fetch: Fetch;
  /** The person whom the device takes to be signed in (S26). */
  readonly userId: string;
  /** Of the server; empty in a browser. */
  readonly origin?: string;
}

/** All but these may pass when it is tried again. */
const finalStatuses = new Set([400, 403, 413, 415, 422]);
/** A fault of the way there, not of the file. */
const passing = new Set<string>(['wrong_origin'] satisfies ErrorCode[]);
/** What concerns this file's child alone. */
const delaying = new Set<string>(['too_many_files_today'] satisfies ErrorCode[]);
/** Where the server does not say how long. */
const delayMs = 3_600_000;

/**
 * Sends by tus 1.0.0, straight from the sealed chunks. A file is announced each time it goes: whatever has come of it before,
 * from this device or another, goes on from there, at an address that follows from its id.
 */
export function tusSend({ fetch, userId, origin = '' }: TusOptions): SendFile {
  const endpoint = `${origin}/api/evidence/uploads`;
  return async (file, { read, onProgress, signal }) => {
    // Fetched when it is first needed: nobody who only writes has to load it.
    const { Upload } = await import('tus-js-client');
    signal.throwIfAborted();
    const evidenceId = must(file.evidenceId, 'what is sent was logged');
    const address = `${endpoint}/${evidenceId}`;
    const options: UploadOptions = {
      endpoint,
      metadata: {
        evidence: evidenceId,
        sha256: file.sha256,
        ...(file.durationMs !== null && { durationMs: String(Math.round(file.durationMs)) }),
      },
      headers: { 'X-StudyStreaks-User': userId },
      uploadSize: file.bytes,
      chunkSize: evidenceLimits.chunkBytes,
      // When to try again is for the gate that all of sync waits at, and what is known lies beside the file.
      retryDelays: null,
      storeFingerprintForResuming: false,
      fingerprint: () => Promise.resolve(evidenceId),
      httpStack: fetchStack(fetch),
      fileReader: {
        openFile: () =>
          Promise.resolve({
            size: file.bytes,
            slice: async (start: number, end: number) => ({ value: await read(start, end), done: end >= file.bytes }),
            close: () => undefined,
          }),
      },
    };
    const upload = (uploadUrl: string | null) =>
      new Promise<'whole' | 'begun_before'>((resolve, reject) => {
        const sending = new Upload(new Blob(), {
          ...options,
          uploadUrl,
          onAfterResponse: (request, response) => {
            // What was announced begins at its first byte with this library, whatever the server has of it.
            if (request.getMethod() !== 'POST' || Number(response.getHeader('Upload-Offset') ?? 0) === 0) return;
            void sending.abort();
            resolve('begun_before');
          },
          onChunkComplete: (_size, accepted) => {
            onProgress(accepted);
          },
          onSuccess: () => {
            resolve('whole');
          },
          onError: (error) => {
            reject(failure(error));
          },
        });
        signal.addEventListener(
          'abort',
          () => {
            void sending.abort();
            reject(new Unreachable('The upload was given up for now.'));
          },
          { once: true },
        );
        sending.start();
      });
    // To ask first how far it is would be an error in the console wherever nothing is known of it.
    if ((await upload(null)) === 'begun_before') await upload(address);
  };
}

function failure(error: Error): Error {
  const response = 'originalResponse' in error ? (error.originalResponse as HttpResponse | null) : null;
  if (!response) return new Unreachable('The server did not answer.', null, { cause: error });
  const answer = response.getUnderlyingObject() as Response;
  const reason = failureOf(answer, parsed(response.getBody()));
  if (reason instanceof NotSignedIn) return reason;
  if (reason instanceof Refused) return new FileRefused(reason.code, reason.message);
  const code = codeOf(response.getBody());
  if (reason instanceof Unreachable && code !== null && delaying.has(code)) return new FileDelayed(code, reason.retryAfterMs ?? delayMs);
  return finalStatuses.has(answer.status) && code !== null && !passing.has(code) ? new FileRefused(code, reason.message) : reason;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // A proxy's page, or nothing at all: the status alone has to do.
    return null;
  }
}

function codeOf(body: string): string | null {
  const content = parsed(body);
  return typeof content === 'object' && content !== null && 'code' in content && typeof content.code === 'string' ? content.code : null;
}
