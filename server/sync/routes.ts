import { Hono } from 'hono';
import { describeRoute, resolver } from 'hono-openapi';
import type { Logger } from 'pino';
import { numberAfter, type Lens } from '#domain/sync/lenses/lens.ts';
import { digestRequest, digestResponse, poke, pullRequest, pullResponse, pushRequest, pushResponse } from '#domain/sync/protocol.ts';
import { firstSync } from '../audit/first-sync.ts';
import { recordRead } from '../audit/record-read.ts';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import { requireSession } from '../auth/session-cookie.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import { compressedJson } from '../http/compressed-json.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { createEventStream } from '../http/event-stream.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import type { Metrics } from '../observability/metrics.ts';
import { withCare } from './apply.ts';
import { pushers } from './collections/pushers.ts';
import { digest } from './digest.ts';
import type { DeviceContacts } from './device-contacts.ts';
import type { Hub } from './hub.ts';
import { lowerPages, pull } from './pull.ts';
import { checkSchema } from './schema-number.ts';

export interface SyncDependencies extends AsUserDependencies {
  readonly keyring: Keyring;
  readonly deviceContacts: DeviceContacts;
  readonly hub: Hub;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Every change in the shape of documents, which says what older apps know (S28). */
  readonly lenses: readonly Lens[];
  /** Called after a push has committed: others are poked, what follows is derived. */
  readonly committed: (schoolId: string) => void;
}

/** Streams that one user may have open at a time (S18). */
const mostStreams = 3;
const bodyProblems = {
  400: problemAnswer('The request was not understood.'),
  401: problemAnswer('No live session.'),
  426: problemAnswer('The app is too old to pull.'),
  503: problemAnswer('The app is newer than the server, or the server cannot answer just now.'),
};

export function syncRoutes({
  connections,
  keyring,
  cookie,
  sessionKeeper,
  deviceContacts,
  hub,
  metrics,
  log,
  lenses,
  committed,
  trustedProxies,
}: SyncDependencies) {
  const schemaNumber = numberAfter(lenses);
  const asUser = createAsUser({ connections, cookie, sessionKeeper, trustedProxies, metrics });
  const pullRoute = describeRoute({
    tags: ['sync'],
    summary: 'One page of each collection asked for, in one snapshot.',
    responses: { 200: jsonAnswer('Pages by collection.', pullResponse), ...bodyProblems },
  });
  const pushRoute = describeRoute({
    tags: ['sync'],
    summary: 'Writes made on a device, of one collection. Never fails for a reason that lies in a row.',
    responses: { 200: jsonAnswer('What was not applied, and why.', pushResponse), ...bodyProblems, 413: problemAnswer('More than 4 MB.') },
  });
  const digestRoute = describeRoute({
    tags: ['sync'],
    summary: 'Compares what a device holds with what it should hold.',
    responses: { 200: jsonAnswer('By collection whether it matches; otherwise every id and version.', digestResponse), ...bodyProblems },
  });
  const streamRoute = describeRoute({
    tags: ['sync'],
    summary: 'Server-sent events that say when to pull.',
    responses: {
      200: {
        description: 'Events `poke` with `{ version }`, at once and whenever something of the caller’s has changed, and `heartbeat`.',
        content: { 'text/event-stream': { schema: resolver(poke) } },
      },
      401: problemAnswer('No live session.'),
      429: problemAnswer('Too many streams of this user.'),
    },
  });

  return new Hono<AppEnvironment>()
    .post('/pull', pullRoute, jsonBody(pullRequest), async (c) => {
      const request = c.req.valid('json');
      checkSchema(request.schema, schemaNumber, 'pull');
      const { pages, denied, entered } = await asUser(c, 'snapshot', (sql, entering) => pull(sql, entering, keyring, request.collections));
      for (const [collection, count] of denied) {
        metrics.deniedDocuments.inc({ collection }, count);
        log.error({ requestId: c.get('requestId'), collection, count }, 'the index names documents that the policies deny (S7)');
      }
      const begun = firstSync(entered.kind, request.collections);
      if (begun) await asUser(c, 'write', (sql) => recordRead(sql, { ...begun, entityId: entered.userId }));
      for (const [collection, page] of Object.entries(pages)) metrics.pulledDocuments.inc({ collection }, page.documents.length);
      if (request.device !== undefined && request.unsent === 0) deviceContacts.touch(requireSession(cookie, c), entered, request.device);
      return compressedJson(c, { collections: lowerPages(pages, lenses, request.schema), serverTime: new Date().toISOString() });
    })
    .post('/push', pushRoute, jsonBody(pushRequest), async (c) => {
      const request = c.req.valid('json');
      checkSchema(request.schema, schemaNumber, 'push');
      const push = pushers[request.collection];
      if (!push) throw new Problem('invalid_request', { detail: 'This collection is only pulled.' });
      if (new Set(request.rows.map(({ newDocumentState: { id } }) => id)).size < request.rows.length) {
        throw new Problem('invalid_request', { detail: 'A batch names each document once.' });
      }
      const { answer, schoolId } = await withCare((care) =>
        asUser(c, 'write', async (sql, entering) => ({
          answer: await push(sql, entering, keyring, request, care, lenses),
          schoolId: (await entering).schoolId,
        })),
      );
      committed(schoolId);
      const { collection } = request;
      metrics.pushedRows.inc({ collection, outcome: 'rejected' }, answer.rejections.length);
      metrics.pushedRows.inc({ collection, outcome: 'conflict' }, answer.conflicts.length - answer.rejections.length);
      metrics.pushedRows.inc({ collection, outcome: 'applied' }, request.rows.length - answer.conflicts.length);
      return c.json(answer);
    })
    .post('/digest', digestRoute, jsonBody(digestRequest), async (c) => {
      const request = c.req.valid('json');
      checkSchema(request.schema, schemaNumber, 'pull');
      return compressedJson(c, await asUser(c, 'snapshot', (sql, entering) => digest(sql, entering, request.collections)));
    })
    .get('/stream', streamRoute, async (c) => {
      // Hono answers HEAD by GET's route: nobody would listen to this stream.
      if (c.req.method !== 'GET') throw new Problem('invalid_request');
      const sessionId = requireSession(cookie, c);
      const { schoolId, userId } = await asUser(c, 'snapshot', (_sql, entering) => entering);
      if (hub.streamsOf(schoolId, userId) >= mostStreams) throw new Problem('too_many_streams', { retryAfterSeconds: 30 });
      let leave = (): void => undefined;
      const stream = createEventStream(() => {
        leave();
      });
      leave = await hub.join({
        schoolId,
        userId,
        sessionId,
        poke: (version) => {
          stream.send('poke', { version });
        },
        heartbeat: () => {
          stream.send('heartbeat', {});
        },
        close: stream.close,
      });
      return stream.response;
    });
}
