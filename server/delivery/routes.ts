import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { describeRoute } from 'hono-openapi';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { deliverRequest, deliverResponse } from '#domain/delivery/protocol.ts';
import { must } from '#domain/must.ts';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import { requireSession } from '../auth/session-cookie.ts';
import { createTurns } from '../evidence/turns.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { createDelivery, type DeliveryDependencies } from './deliver.ts';

/** Requests of one person in a minute: a class's photos at once, and no more. */
const mostRequests = { points: 120, duration: 60 } as const;
/** Requests whose envelopes are opened at a time: each may be 16 MB, unfolded twice. */
const openedAtOnce = 2;

export function deliveryRoutes(dependencies: AsUserDependencies & DeliveryDependencies) {
  const { cookie, metrics } = dependencies;
  const asUser = createAsUser(dependencies);
  const deliver = createDelivery(dependencies);
  const inTurn = createTurns(openedAtOnce);
  const limiter = new RateLimiterMemory({ keyPrefix: 'deliver', ...mostRequests });

  /** Who carries is known before a large body is read. */
  const carried = createMiddleware<AppEnvironment>(async (c, next) => {
    const { schoolId, userId } = await asUser(c, 'snapshot', (_sql, entering) => entering);
    try {
      await limiter.consume(userId);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new Problem('too_many_attempts', { retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) });
    }
    c.set('schoolId', schoolId);
    await next();
  });

  const route = describeRoute({
    tags: ['sync'],
    summary:
      'Sealed envelopes, of anybody’s in the school, brought by any session. Each is opened and applied with the rights of its author, whom its token names; of what is inside nothing is answered.',
    responses: {
      200: jsonAnswer('What became of each envelope, in their order.', deliverResponse),
      400: problemAnswer('The request was not understood.'),
      401: problemAnswer('No live session.'),
      413: problemAnswer('More than 16 MB.'),
      429: problemAnswer('Too many requests; `Retry-After` says how many seconds to wait.'),
      503: problemAnswer('The server cannot answer just now; all may be sent again.'),
    },
  });

  return new Hono<AppEnvironment>().post('/', route, carried, jsonBody(deliverRequest), async (c) => {
    const carrier = { sessionId: requireSession(cookie, c), schoolId: must(c.get('schoolId'), 'who carries is known') };
    const outcomes = await inTurn(() => deliver(c.req.valid('json').envelopes, carrier));
    for (const one of outcomes) metrics.envelopes.inc({ outcome: one.outcome === 'refused' ? one.code : one.outcome });
    return c.json({ outcomes });
  });
}
