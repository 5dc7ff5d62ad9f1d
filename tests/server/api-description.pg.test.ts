import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { send } from './person.ts';

/** What the server says of itself: each of its routes, for machines and on a page. A new route is listed here. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe('the description', () => {
  interface Description {
    readonly openapi: string;
    readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: object; requestBody?: object }>>>>;
  }

  test('names every route, its body and its answers', async () => {
    const { body } = await send(server.url, '/api/openapi.json');
    const { openapi, paths } = body as Description;
    expect(openapi).toBe('3.1.0');
    const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    expect(routes.sort()).toEqual(
      [
        'post /api/auth/sign-in',
        'post /api/auth/class',
        'post /api/auth/sign-out',
        'get /api/auth/session',
        'post /api/auth/join/look',
        'post /api/auth/join',
        'post /api/auth/join/add',
        'post /api/sync/pull',
        'post /api/sync/push',
        'post /api/sync/deliver',
        'post /api/sync/digest',
        'get /api/sync/stream',
        'post /api/evidence/uploads',
        'get /api/evidence/uploads/{id}',
        'patch /api/evidence/uploads/{id}',
        'delete /api/evidence/uploads/{id}',
        'get /api/evidence/{id}',
        'get /api/school/badges',
        'post /api/school/badges',
        'post /api/school/badges/{id}',
        'post /api/school/badges/{id}/use',
        'get /api/school/cards',
        'post /api/school/cards',
        'post /api/school/cards/revoke',
        'get /api/school/delete-wishes',
        'post /api/school/devices',
        'get /api/school/devices',
        'post /api/school/devices/{id}/revoke',
        'post /api/school/children/{id}/unlock',
        'get /api/school/classes/{id}/contact',
        'get /api/family/digest',
        'post /api/family/digest',
        'get /api/family/digest/stop/{token}',
        'post /api/family/digest/stop/{token}',
        'post /api/auth/password',
        'post /api/auth/sign-out-elsewhere',
        'get /api/privacy/consents',
        'post /api/privacy/consents',
        'post /api/school/settings',
        'post /api/school/boards/shown',
        'get /api/school/flags',
        'get /api/school/flags/open',
        'post /api/school/flags/{id}/handle',
        'get /api/school/groups',
        'post /api/school/groups',
        'post /api/school/groups/{id}/dissolve',
        'post /api/school/groups/{id}/invite',
        'post /api/school/groups/{id}/join',
        'post /api/school/groups/{id}/leave',
        'post /api/school/groups/{id}/rename',
        'get /api/school/invitations',
        'get /api/school/invitations/children',
        'post /api/school/invitations',
        'post /api/school/invitations/revoke',
        'post /api/school/guardianships/{id}/end',
        'get /api/health',
        'get /api/ready',
      ].sort(),
    );
    for (const path of [
      '/api/auth/sign-in',
      '/api/auth/class',
      '/api/school/cards',
      '/api/sync/pull',
      '/api/sync/push',
      '/api/sync/deliver',
      '/api/sync/digest',
    ]) {
      expect(JSON.stringify(paths[path]?.['post']?.requestBody)).toContain('schema');
    }
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer]) => pointer ?? '');
    for (const pointer of references) {
      expect(
        pointer
          .split('/')
          .reduce<unknown>((place, key) => (place && typeof place === 'object' ? Reflect.get(place, key) : undefined), body),
      ).toBeDefined();
    }
  });

  test('has a page that loads nothing from anywhere else', async () => {
    const page = await send(server.url, '/api/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const sources = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) {
      expect(source).toMatch(/^\/api\/docs\//);
      expect((await send(server.url, source)).status).toBe(200);
    }
  });
});
