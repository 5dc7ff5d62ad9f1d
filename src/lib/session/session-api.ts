import * as v from 'valibot';
import { collectionNames, type CollectionName } from '#domain/collections/index.ts';
import { deliveryTerms, type DeliveryTerms } from '#domain/delivery/protocol.ts';
import { errorCodes, type ErrorCode } from '#domain/errors.ts';
import { schoolId, userId } from '#domain/ids.ts';
import { catalogue, type PermissionName } from '#domain/permissions/catalogue.ts';
import type { Access } from '#domain/permissions/access.ts';
import { userKinds } from '#domain/permissions/roles.ts';
import { call, NotSignedIn, Refused, TooManyAttempts, Unreachable, type Fetch } from '../sync/http.ts';

const user = v.object({ id: userId, schoolId, kind: v.picklist(userKinds), displayName: v.string() });

// A newer server may know permissions and collections that this app does not: it goes on without them.
const access = v.pipe(
  v.record(v.string(), v.array(v.string())),
  v.transform((told): Access => Object.fromEntries(Object.entries(told).filter(([name]) => isPermission(name)))),
);
const collections = v.pipe(
  v.array(v.string()),
  v.transform((told): CollectionName[] => collectionNames.filter((name) => told.includes(name))),
);

/** Who is signed in, as the server tells and the device remembers. */
export const signedIn = v.object({ user, access, collections, expiresAt: v.string() });
export type SignedIn = v.InferOutput<typeof signedIn>;

/** How work is sealed to the school; null from a server that takes no envelopes. Apart: a token is for the person's own store. */
const delivery = v.nullish(deliveryTerms, null);
const sessionAnswer = v.pipe(
  v.object({ ...signedIn.entries, delivery }),
  v.transform(({ delivery: terms, ...session }) => ({ session, delivery: terms })),
);

/** Who is signed in, and what the server told of how to seal work to the school. */
export interface SessionAnswer {
  readonly session: SignedIn;
  readonly delivery: DeliveryTerms | null;
}

export type Credentials =
  | { readonly school: string; readonly email: string; readonly password: string; readonly totp?: string }
  | { readonly classCode: string; readonly student: string; readonly pictures: readonly number[] }
  | { readonly card: string }
  | { readonly deviceSecret: string };

const classroom = v.object({
  className: v.string(),
  children: v.array(v.object({ student: v.string(), firstName: v.string(), avatar: v.string() })),
});
/** The children of a class, for the screen where a child finds the own picture. */
export type Classroom = v.InferOutput<typeof classroom>;

export type Failure = { readonly ok: false; readonly code: ErrorCode | 'offline' | 'no_room'; readonly retryAfterSeconds?: number };
export type Result<T> = ({ readonly ok: true } & T) | Failure;

/** @throws Unreachable | NotSignedIn */
export function fetchSession(fetch: Fetch): Promise<SessionAnswer> {
  return call(fetch, { path: '/api/auth/session', answer: sessionAnswer });
}

export async function postSignIn(fetch: Fetch, credentials: Credentials, device: string): Promise<Result<SessionAnswer>> {
  try {
    const signedInNow = await call(fetch, { path: '/api/auth/sign-in', body: { ...credentials, device }, answer: v.object({ delivery }) });
    const { session, delivery: terms } = await fetchSession(fetch);
    // The token is told once, to whoever has just signed in.
    return { ok: true, session, delivery: signedInNow.delivery ?? terms };
  } catch (reason) {
    return failureOf(reason);
  }
}

export async function postClass(fetch: Fetch, classCode: string, device: string): Promise<Result<{ classroom: Classroom }>> {
  try {
    return { ok: true, classroom: await call(fetch, { path: '/api/auth/class', body: { classCode, device }, answer: classroom }) };
  } catch (reason) {
    return failureOf(reason);
  }
}

/** Another password; all other sessions of the person end. `sign_in_failed`: `current` is not the password. */
export async function postPassword(
  fetch: Fetch,
  passwords: { readonly current: string; readonly next: string },
  userId: string,
): Promise<Result<object>> {
  try {
    await call(fetch, { path: '/api/auth/password', body: passwords, answer: v.unknown(), userId });
    return { ok: true };
  } catch (reason) {
    return failureOf(reason);
  }
}

/** Ends the person's sessions on all other devices. */
export async function postSignOutElsewhere(fetch: Fetch, userId: string): Promise<Result<object>> {
  try {
    await call(fetch, { path: '/api/auth/sign-out-elsewhere', body: {}, answer: v.unknown(), userId });
    return { ok: true };
  } catch (reason) {
    return failureOf(reason);
  }
}

/** @throws Unreachable | NotSignedIn */
export async function postSignOut(fetch: Fetch): Promise<void> {
  await call(fetch, { path: '/api/auth/sign-out', body: {}, answer: v.unknown() });
}

/** What a call that did not go well comes to, for the person who asked for it. */
export function failureOf(reason: unknown): Failure {
  if (reason instanceof TooManyAttempts) {
    const { retryAfterMs } = reason;
    return { ok: false, code: 'too_many_attempts', ...(retryAfterMs !== null && { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }) };
  }
  // A call that never came through has its cause; the server's own trouble has none.
  if (reason instanceof Unreachable) return { ok: false, code: reason.cause === undefined ? 'unavailable' : 'offline' };
  if (reason instanceof NotSignedIn) return { ok: false, code: reason.isEnded ? 'access_ended' : 'sign_in_failed' };
  if (reason instanceof Refused) return { ok: false, code: isErrorCode(reason.code) ? reason.code : 'invalid_request' };
  throw reason;
}

function isErrorCode(code: string): code is ErrorCode {
  return code in errorCodes;
}

const permissionNames = new Set<string>(catalogue.map(({ name }) => name));
function isPermission(name: string): name is PermissionName {
  return permissionNames.has(name);
}
