import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorCodes } from '#domain/errors.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { completion, newId, Person, send, signIns } from './person.ts';

/** What is taken of a request, what every answer says about itself, and how the app's own files are served. */

const hash = 'sha256-Zm9vYmFyYmF6cXV4';
const shell = `<!doctype html><html><head>
<meta http-equiv="content-security-policy" content="default-src 'none'; script-src 'self' '${hash}'; require-trusted-types-for 'script'"></head><body>shell</body></html>`;

let server: TestServer;
let build: string;
let teacher: Person;
beforeAll(async () => {
  build = await mkdtemp(join(tmpdir(), 'studystreaks-build-'));
  await mkdir(join(build, '_app/immutable'), { recursive: true });
  await writeFile(join(build, 'app.html'), shell);
  await writeFile(join(build, 'service-worker.js'), `/* ${'worker '.repeat(400)} */`);
  await writeFile(join(build, '_app/immutable/entry.abc.js'), `/* ${'entry '.repeat(400)} */`);
  server = await startTestServer({ buildDirectory: build });
  teacher = await Person.signIn(server.url, signIns.teacher);
});
afterAll(async () => {
  await server.stop();
  await rm(build, { recursive: true, force: true });
});

const pullBody = { schema: 1, collections: {} };

describe('a mutation', () => {
  test.each([
    ['from another site', { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' }],
    ['from another origin', { origin: 'https://elsewhere.example' }],
    ['from a sandboxed frame', { origin: 'null' }],
    ['from a sister site', { 'sec-fetch-site': 'same-site' }],
  ])('%s is refused', async (_from, headers) => {
    for (const [path, body] of [
      ['/api/auth/sign-in', signIns.teacher],
      ['/api/auth/sign-out', {}],
      ['/api/sync/pull', pullBody],
      ['/api/sync/push', { schema: 1, collection: 'reviews', rows: [] }],
    ] as const) {
      const { status, body: problem } = await teacher.send(path, body, headers);
      expect([path, status, problem]).toEqual([path, 403, expect.objectContaining({ code: 'wrong_origin' })]);
    }
    expect((await teacher.send('/api/auth/session')).status).toBe(200);
  });

  test('from the app’s own pages is taken', async () => {
    const { status } = await teacher.send('/api/sync/pull', pullBody, { 'sec-fetch-site': 'same-origin', origin: server.url });
    expect(status).toBe(200);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])(
    'as %s is refused: JSON only',
    async (type) => {
      const { status, body } = await teacher.send('/api/sync/pull', pullBody, { 'content-type': type });
      expect(status).toBe(415);
      expect(body).toMatchObject({ code: 'unsupported_media_type' });
    },
  );

  test.each([
    '{',
    '',
    'null',
    '[]',
    '"x"',
    '{"schema":"one"}',
    '{"schema":1,"collections":{"nothing":{}}}',
    '{"schema":1,"collections":{},"more":1}',
  ])('with the body %j is 400, never 500', async (body) => {
    const { status, body: problem } = await teacher.send('/api/sync/pull', body);
    expect(status).toBe(400);
    expect(problem).toMatchObject({ code: 'invalid_request', title: errorCodes.invalid_request });
  });

  test('says which field is wrong and repeats nothing of what was sent', async () => {
    const { body } = await send(server.url, '/api/auth/sign-in', { body: { ...signIns.maya, pictures: [1, 5, 'secret'] } });
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  test('with unknown fields is refused', async () => {
    const { status } = await send(server.url, '/api/auth/sign-in', { body: { ...signIns.teacher, isAdmin: true } });
    expect(status).toBe(400);
  });

  test('of more than 1 MB is 413, and a push of more than 4 MB', async () => {
    const padding = (megabytes: number) => 'x'.repeat(megabytes * 1_048_576 + 1);
    const pull = await teacher.send('/api/sync/pull', { ...pullBody, padding: padding(1) });
    const small = await teacher.send('/api/sync/push', { schema: 1, collection: 'completions', rows: [], padding: padding(1) });
    const large = await teacher.send('/api/sync/push', { schema: 1, collection: 'completions', rows: [], padding: padding(4) });
    expect([pull.status, small.status, large.status]).toEqual([413, 400, 413]);
    expect(pull.body).toMatchObject({ code: 'body_too_large' });
  });

  test('of more than 1 MB that does not say how long it is is 413 too', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const upload = request(
        `${server.url}/api/sync/pull`,
        { method: 'POST', headers: { 'content-type': 'application/json', cookie: teacher.cookie, 'transfer-encoding': 'chunked' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      upload.on('error', reject);
      for (let piece = 0; piece < 20; piece++) upload.write('x'.repeat(65_536));
      upload.end();
    });
    expect(status).toBe(413);
  });
});

describe('every answer', () => {
  test('under /api is never stored, sniffed, framed or given a referrer, and has a request id', async () => {
    for (const { headers } of [
      await teacher.send('/api/auth/session'),
      await send(server.url, '/api/auth/session'),
      await send(server.url, '/api/nothing'),
      await teacher.send('/api/sync/pull', pullBody),
    ]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toContain('geolocation=()');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('that is a refusal is problem details with a stable code', async () => {
    const { status, headers, body } = await send(server.url, '/api/nothing');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toEqual({ type: 'urn:studystreaks:problem:not_found', title: errorCodes.not_found, status: 404, code: 'not_found' });
  });

  test('to a device that believes it is somebody else is 401, and nothing is touched (S26)', async () => {
    const { status, body } = await teacher.send('/api/sync/pull', pullBody, { 'x-studystreaks-user': newId() });
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'not_signed_in' });
    expect((await teacher.send('/api/sync/pull', pullBody, { 'x-studystreaks-user': teacher.id })).status).toBe(200);
    const refused = await teacher.send(
      '/api/sync/push',
      { schema: 1, collection: 'completions', rows: [{ newDocumentState: completion(newId(), newId()) }] },
      { 'x-studystreaks-user': newId() },
    );
    expect(refused.status).toBe(401);
    expect(await server.sql`select 1 from rejected_pushes`).toHaveLength(0);
  });

  test('to a client that is newer than the server is 503; an older one is told to update (S28)', async () => {
    const newer = await teacher.send('/api/sync/pull', { ...pullBody, schema: 999 });
    expect([newer.status, newer.headers.get('retry-after')]).toEqual([503, '60']);
    const older = await teacher.send('/api/sync/pull', { ...pullBody, schema: 0 });
    expect(older.body).toMatchObject({ code: 'too_old' });
  });
});

describe('the app', () => {
  test('is served at every address that a person can go to, never stored without asking', async () => {
    for (const path of ['/', '/clubs', '/marking/01890000-0000-7000-8000-000000000000']) {
      const { status, headers, body } = await send(server.url, path, { headers: { accept: 'text/html' } });
      expect([status, body]).toEqual([200, shell]);
      expect(headers.get('cache-control')).toBe('no-cache');
    }
  });

  test('has the policy of its own meta in the header, with what only a header can say', async () => {
    const { headers } = await send(server.url, '/', { headers: { accept: 'text/html' } });
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self' '${hash}'; require-trusted-types-for 'script'; frame-ancestors 'none'`,
    );
  });

  test('keeps files with a hash in their name for ever, compressed, and asks again for the service worker', async () => {
    const entry = await fetch(`${server.url}/_app/immutable/entry.abc.js`, { headers: { 'accept-encoding': 'br' } });
    expect(entry.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(entry.headers.get('content-encoding')).toBe('br');
    // What a page obeys is the page's; what keeps a file from being misread is every file's.
    expect(entry.headers.get('content-security-policy')).toBeNull();
    expect(entry.headers.get('x-content-type-options')).toBe('nosniff');
    expect(entry.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(await entry.text()).toContain('entry entry');
    const worker = await fetch(`${server.url}/service-worker.js`, { headers: { 'accept-encoding': 'gzip' } });
    expect(worker.headers.get('cache-control')).toBe('no-cache');
    expect(worker.headers.get('content-type')).toContain('javascript');
    expect(worker.headers.get('content-security-policy')).toContain("default-src 'none'");
    const again = await fetch(`${server.url}/service-worker.js`, {
      headers: { 'accept-encoding': 'gzip', 'if-none-match': worker.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  test.each(['/nothing.js', '/../package.json', '/%2e%2e/package.json', '/_app/../../package.json'])('has no file %s', async (path) => {
    const { status, body } = await send(server.url, path, { headers: { accept: '*/*' } });
    expect(status).toBe(404);
    expect(JSON.stringify(body)).not.toContain('studystreaks"');
  });

  test('is not what an unknown address under /api answers, even to a browser', async () => {
    expect((await send(server.url, '/api/nothing', { headers: { accept: 'text/html' } })).status).toBe(404);
  });
});
