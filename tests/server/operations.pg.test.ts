import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { StartError } from '#server/start-error.ts';
import { startServer } from '#server/main.ts';
import { createMemoryEvidenceStore } from '../setup/memory-evidence-store.ts';
import { send } from './person.ts';
import { SchoolScene } from './school-scene.ts';

/** What those who run the server rely on: health, metrics, and how it starts and stops. */

const scene = SchoolScene.open();

describe('operations', () => {
  test('health and readiness answer, and readiness fails while a migration is missing', async () => {
    expect((await send(scene.server.url, '/api/health')).body).toEqual({ status: 'ok' });
    expect((await send(scene.server.url, '/api/ready')).body).toEqual({ status: 'ok' });
    const [newest] = await scene.server
      .sql`delete from schema_migrations where version = (select max(version) from schema_migrations) returning version`;
    expect((await send(scene.server.url, '/api/ready')).status).toBe(503);
    await scene.server.sql`insert into schema_migrations (version) values (${newest?.['version']})`;
  });

  test('metrics are on their own port, and name nobody', async () => {
    await scene.teacher.pull('completions');
    const text = await (await fetch(scene.server.metricsUrl ?? '')).text();
    expect(text).toMatch(/studystreaks_request_seconds_count\{method="POST",route="\/api\/sync\/pull",status="200"\} \d+/);
    for (const cache of ['keys', 'access'])
      expect(text).toMatch(new RegExp(`studystreaks_cache_look_ups_total\\{cache="${cache}",outcome="hit"\\} [1-9]`));
    expect(text).toMatch(/studystreaks_denied_documents_total(\{[^}]*\})? 0|# TYPE studystreaks_denied_documents_total counter/);
    expect(text).not.toContain(scene.teacher.id);
    expect((await send(scene.server.url, '/metrics')).status).toBe(404);
  });

  test('a port in use and a database that does not answer say what to do', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, resolve));
    const address = taken.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await expect(scene.server.another({ port })).rejects.toThrow(StartError);
    await expect(scene.server.another({ port })).rejects.toThrow(`Port ${String(port)} is in use.`);
    taken.close();

    const nowhere = startServer({
      port: 0,
      databaseUrl: `postgres://nobody:x@127.0.0.1:${String(port)}/x`,
      masterKey: Buffer.alloc(32),
      vault: scene.server.vault,
      evidenceStore: createMemoryEvidenceStore(),
      log: 'silent',
    });
    await expect(nowhere).rejects.toThrow('The database does not answer.');
  });

  test('stopping closes open streams and lets go of the port within a few seconds', async () => {
    const another = await scene.server.another();
    const stream = await fetch(`${another.url}/api/sync/stream`, { headers: { cookie: scene.teacher.cookie } });
    const started = performance.now();
    await another.stop();
    expect(performance.now() - started).toBeLessThan(5000);
    await expect(stream.text()).resolves.toContain('event: poke');
    await expect(fetch(`${another.url}/api/health`)).rejects.toThrow();
  });
});
