import * as v from 'valibot';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** No answer that can be used: no network, a server in trouble, a proxy's page. Asking again may help (S16). */
export class Unreachable extends Error {
  /** As the server asked by `Retry-After`; null where it did not. */
  readonly retryAfterMs: number | null;

  constructor(message: string, retryAfterMs: number | null = null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unreachable';
    this.retryAfterMs = retryAfterMs;
  }
}

/** The session is gone, or is another person's. */
export class NotSignedIn extends Error {
  /** The account can no longer be used at all. */
  readonly isEnded: boolean;

  constructor(isEnded: boolean) {
    super(isEnded ? 'This account can no longer be used here.' : 'Nobody is signed in.');
    this.name = 'NotSignedIn';
    this.isEnded = isEnded;
  }
}

/** The server will never take this request as it is. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.code = code;
  }
}

const problem = v.object({ code: v.string(), detail: v.optional(v.string()), title: v.optional(v.string()) });
/** What the request holds is at fault; all else may pass. */
const permanent = new Set([400, 409, 413, 422]);
const answerMs = 30_000;

export interface Call<Schema extends v.GenericSchema> {
  readonly path: string;
  readonly body?: unknown;
  readonly answer: Schema;
  /** The person whom the device takes to be signed in; the server refuses when the session is another's (S26). */
  readonly userId?: string;
  readonly signal?: AbortSignal;
  /** How long to wait for the answer; longer where much is sent. */
  readonly timeoutMs?: number;
}

/**
 * One call of the API.
 *
 * @throws Unreachable | NotSignedIn | Refused
 */
export async function call<Schema extends v.GenericSchema>(
  fetch: Fetch,
  { path, body, answer, userId, signal, timeoutMs = answerMs }: Call<Schema>,
): Promise<v.InferOutput<Schema>> {
  const limit = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let content: unknown;
  try {
    response = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(userId !== undefined && { 'x-studystreaks-user': userId }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    content = response.status === 204 ? undefined : await contentOf(response);
  } catch (reason) {
    throw new Unreachable('The server did not answer.', null, { cause: reason });
  }
  if (response.ok) {
    const parsed = v.safeParse(answer, content);
    if (parsed.success) return parsed.output;
    throw new Unreachable('The answer was not understood.');
  }
  throw failureOf(response, content);
}

/**
 * What a bad answer holds that is no JSON, a proxy's page mostly, says nothing: its status does. A good one that is none comes
 * from a network that wants something first, and is as good as no network.
 */
async function contentOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (reason) {
    if (response.ok) throw reason;
    return undefined;
  }
}

/** What an answer that is not a good one comes to: {@link Unreachable}, {@link NotSignedIn} or {@link Refused}. */
export function failureOf(response: Response, content: unknown): Error {
  const described = v.safeParse(problem, content);
  if (!described.success) return new Unreachable(`The answer was ${String(response.status)} and said no more.`, retryAfterOf(response));
  const { code, detail, title } = described.output;
  if (code === 'access_ended') return new NotSignedIn(true);
  if (code === 'not_signed_in') return new NotSignedIn(false);
  if (code === 'too_old') return new TooOld(detail ?? code, retryAfterOf(response));
  if (permanent.has(response.status) || (response.status === 401 && code === 'sign_in_failed'))
    return new Refused(response.status, code, detail ?? title ?? code);
  if (code === 'too_many_attempts') return new TooManyAttempts(detail ?? code, retryAfterOf(response));
  return new Unreachable(detail ?? code, retryAfterOf(response));
}

/** This app is older than the server speaks (S28). */
export class TooOld extends Unreachable {}

/** Signing in was tried too often. */
export class TooManyAttempts extends Unreachable {}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). */
function retryAfterOf(response: Response): number | null {
  const header = response.headers.get('retry-after');
  if (header === null) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}
