import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { call, NotSignedIn, Refused, TooManyAttempts, TooOld, Unreachable } from './http.ts';

const answer = v.object({ hello: v.string() });

function fetching(response: () => Response | Promise<Response>) {
  const seen: RequestInit[] = [];
  const fetch = (_url: string, init: RequestInit) => {
    seen.push(init);
    return Promise.resolve(response());
  };
  return { fetch, seen };
}

function problem(status: number, code: string, headers: Record<string, string> = {}) {
  return () => new Response(JSON.stringify({ code, title: 'A title', detail: 'In words.' }), { status, headers });
}

async function failure(response: () => Response | Promise<Response>): Promise<unknown> {
  return call(fetching(response).fetch, { path: '/api/x', body: {}, answer }).catch((reason: unknown) => reason);
}

describe('a call', () => {
  it('S26: says for whom it is made', async () => {
    const { fetch, seen } = fetching(() => Response.json({ hello: 'you' }));
    expect(await call(fetch, { path: '/api/x', body: { a: 1 }, answer, userId: 'me' })).toEqual({ hello: 'you' });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      body: '{"a":1}',
      headers: { 'x-studystreaks-user': 'me', 'content-type': 'application/json' },
    });
  });

  it('S16: may be tried again where there was no answer, or none that can be understood', async () => {
    expect(await failure(() => Promise.reject(new TypeError('Failed to fetch')))).toBeInstanceOf(Unreachable);
    expect(await failure(() => new Response('<h1>Welcome to the hotel’s wifi</h1>'))).toBeInstanceOf(Unreachable);
    expect(await failure(() => Response.json({ something: 'else' }))).toBeInstanceOf(Unreachable);
    expect(await failure(() => new Response('<h1>Bad gateway</h1>', { status: 502 }))).toBeInstanceOf(Unreachable);
    expect(await failure(problem(403, 'wrong_origin'))).toBeInstanceOf(Unreachable);
  });

  it('S16: tells a server in trouble from a network that leads nowhere, whoever wrote the page that came', async () => {
    const isOffline = (reason: unknown) => reason instanceof Unreachable && reason.cause !== undefined;
    expect(await failure(() => Promise.reject(new TypeError('Failed to fetch')))).toSatisfy(isOffline);
    expect(await failure(() => new Response('<h1>Welcome to the hotel’s wifi</h1>'))).toSatisfy(isOffline);
    const page = new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'retry-after': '7' } });
    const reason = await failure(() => page);
    expect(reason).not.toSatisfy(isOffline);
    expect(reason).toMatchObject({ name: 'Unreachable', retryAfterMs: 7000 });
  });

  it('S16: hears when the server wants to be asked again, in seconds or as a date', async () => {
    expect(await failure(problem(503, 'unavailable', { 'retry-after': '7' }))).toMatchObject({ retryAfterMs: 7000 });
    const soon = (await failure(
      problem(503, 'unavailable', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }),
    )) as Unreachable;
    expect(soon.retryAfterMs).toBeGreaterThan(50_000);
    expect(await failure(problem(503, 'unavailable', { 'retry-after': 'tomorrow' }))).toMatchObject({ retryAfterMs: null });
    expect(await failure(problem(429, 'too_many_attempts', { 'retry-after': '30' }))).toBeInstanceOf(TooManyAttempts);
  });

  it('tells a session that lapsed from access that has ended', async () => {
    expect(await failure(problem(401, 'not_signed_in'))).toMatchObject({ name: 'NotSignedIn', isEnded: false });
    expect(await failure(problem(401, 'access_ended'))).toSatisfy((reason) => reason instanceof NotSignedIn && reason.isEnded);
  });

  it('S16, S28: knows what will never be taken, and when the app is too old', async () => {
    expect(await failure(problem(400, 'invalid_request'))).toSatisfy(
      (reason) => reason instanceof Refused && reason.code === 'invalid_request',
    );
    expect(await failure(problem(413, 'body_too_large'))).toBeInstanceOf(Refused);
    expect(await failure(problem(401, 'sign_in_failed'))).toBeInstanceOf(Refused);
    expect(await failure(problem(426, 'too_old'))).toBeInstanceOf(TooOld);
  });
});
