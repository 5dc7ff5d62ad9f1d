import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import type { S3Place } from './evidence-place.ts';
import { StoreOutOfReach } from './evidence-store.ts';

export interface S3Answer {
  readonly method: Method;
  readonly status: number;
  readonly body: Buffer;
}

type Method = 'GET' | 'PUT' | 'DELETE';

interface S3Content {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** @throws StoreOutOfReach after the last attempt */
export type S3Request = (method: Method, key: string, content?: S3Content) => Promise<S3Answer>;

/** Milliseconds. */
export interface S3Times {
  /** That an attempt may take, a large body aside. */
  readonly attempt: number;
  /** Before each further attempt. */
  readonly pauses: readonly number[];
}

/** A transaction of a request waits for these (role `authenticated_user`: 15 s), so that a few short attempts are all there is time for. */
const usualTimes: S3Times = { attempt: 4000, pauses: [100, 400] };
/** Slower than this a line is as good as none. */
const bytesPerMs = 250;

/**
 * Requests to a bucket: signed, timed, and tried again where the network or the store stumbles; each of them may be repeated.
 * aws4fetch signs (MIT, one file, nothing behind it, made for `fetch`); for four calls a whole SDK would be too much.
 */
export function createS3Requests(place: S3Place, times: S3Times = usualTimes): S3Request {
  const { accessKeyId, secretAccessKey, region } = place;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' });
  const base = baseOf(place);

  async function attempt(method: Method, key: string, { query = {}, body }: S3Content): Promise<S3Answer> {
    const url = new URL(base + key);
    url.search = new URLSearchParams(query).toString();
    const signed = await client.sign(url, {
      method,
      // Security: the signature covers the bytes too, whatever lies between here and there.
      headers: {
        'X-Amz-Content-Sha256': createHash('sha256')
          .update(body ?? '')
          .digest('hex'),
      },
      ...(body && { body: new Uint8Array(body) }),
    });
    const response = await fetch(signed, {
      // A store that sends elsewhere is the wrong one; a signature is for one host.
      redirect: 'manual',
      signal: AbortSignal.timeout(times.attempt + Math.ceil((body?.length ?? 0) / bytesPerMs)),
    });
    return { method, status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  }

  return async (method, key, content = {}) => {
    for (const pauseMs of times.pauses) {
      // Whatever it was: it is tried again, and the last attempt tells.
      const answer = await attempt(method, key, content).catch(() => null);
      if (answer && answer.status < 500 && answer.status !== 429) return answer;
      await pause(pauseMs * (0.5 + Math.random()));
    }
    return attempt(method, key, content).catch((error: unknown) => {
      throw new StoreOutOfReach(`The object store at ${new URL(base).host} does not answer (${reasonOf(error)})`, { cause: error });
    });
  };
}

/** Amazon has a host for each bucket; whoever runs a store of their own mostly has not. */
function baseOf({ bucket, region, endpoint }: S3Place): string {
  return endpoint ? `${endpoint.href.replace(/\/+$/, '')}/${bucket}/` : `https://${bucket}.s3.${region}.amazonaws.com/`;
}

/** `fetch` wraps what the network said: "ECONNREFUSED"; else a name, such as "TimeoutError". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}
