import { randomUUID } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { Metrics } from '../observability/metrics.ts';
import type { AppEnvironment } from './environment.ts';

/**
 * Gives each request an id, and writes one line when it is answered: the route's template, never the path that was
 * asked for; the kind of person, never who; no body, no address.
 */
export function requestLog(log: Logger, metrics: Metrics) {
  return createMiddleware<AppEnvironment>(async (c, next) => {
    const started = performance.now();
    const requestId = randomUUID();
    c.set('requestId', requestId);
    await next();
    c.res.headers.set('X-Request-Id', requestId);
    const route = routeTemplate(c);
    const milliseconds = performance.now() - started;
    metrics.requests.observe({ method: c.req.method, route, status: String(c.res.status) }, milliseconds / 1000);
    log.info(
      {
        requestId,
        method: c.req.method,
        route,
        status: c.res.status,
        milliseconds: Math.round(milliseconds * 10) / 10,
        userKind: c.get('userKind'),
      },
      'request',
    );
  });
}

/** The template of the route that answered: `/api/evidence/:id`, and `*` for the app's own files. */
function routeTemplate(c: Context): string {
  return (
    matchedRoutes(c)
      .map(({ path }) => path)
      .findLast((path) => !path.includes('*')) ?? '*'
  );
}
