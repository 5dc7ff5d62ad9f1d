import { Hono, type Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { openAPIRouteHandler } from 'hono-openapi';
import type { Logger } from 'pino';
import { authRoutes, type AuthDependencies } from './auth/routes.ts';
import { SessionEnded } from './database/enter.ts';
import type { DeliveryDependencies } from './delivery/deliver.ts';
import { deliveryRoutes } from './delivery/routes.ts';
import { StoreOutOfReach } from './evidence/evidence-store.ts';
import type { EvidenceDependencies } from './evidence/dependencies.ts';
import { evidenceRoutes } from './evidence/routes.ts';
import { familyRoutes, type FamilyDependencies } from './family/routes.ts';
import { drainBody, jsonOnly, limitedBody } from './http/body.ts';
import { docsRoutes } from './http/docs.ts';
import type { AppEnvironment } from './http/environment.ts';
import { dataPolicy, neverStored, safeHeaders, shellPolicy, withoutPageHeaders, withPolicy } from './http/headers.ts';
import { healthRoutes, type HealthDependencies } from './http/health.ts';
import { openApiOptions } from './http/openapi.ts';
import { ownOriginOnly } from './http/origin.ts';
import { Problem, problemResponse } from './http/problem.ts';
import { requestLog } from './http/request-log.ts';
import { staticFiles } from './http/static.ts';
import { joinRoutes } from './joining/routes.ts';
import { privacyRoutes } from './privacy/routes.ts';
import { schoolRoutes } from './school/routes.ts';
import { syncRoutes, type SyncDependencies } from './sync/routes.ts';

export interface AppDependencies
  extends AuthDependencies, SyncDependencies, DeliveryDependencies, EvidenceDependencies, FamilyDependencies, HealthDependencies {
  readonly log: Logger;
  readonly publicUrl: URL | null;
  /** Whether the database is still the vault's: one that was put in its place is not served. */
  readonly isServed: () => boolean;
  /** The built app. */
  readonly buildDirectory: string;
}

/** Every route of the server, mounted in one place. */
export function createApp(dependencies: AppDependencies): Hono<AppEnvironment> {
  const { log, metrics, publicUrl, buildDirectory, isServed } = dependencies;
  const serveStatic = staticFiles(buildDirectory);

  const api = new Hono<AppEnvironment>()
    .use(neverStored, ownOriginOnly(publicUrl), limitedBody, jsonOnly)
    .route('/', healthRoutes(dependencies))
    .use(async (_c, next) => {
      if (!isServed()) throw new Problem('unavailable', { retryAfterSeconds: 60 });
      await next();
    })
    .route('/auth', authRoutes(dependencies))
    .route('/auth/join', joinRoutes(dependencies))
    .route('/sync', syncRoutes(dependencies))
    .route('/sync/deliver', deliveryRoutes(dependencies))
    .route('/evidence', evidenceRoutes(dependencies))
    .route('/family', familyRoutes(dependencies))
    .route('/school', schoolRoutes(dependencies))
    .route('/privacy', privacyRoutes(dependencies));
  // The description is made from the routes above; it describes neither itself nor its page.
  api.get('/openapi.json', openAPIRouteHandler(new Hono().route('/api', api), openApiOptions)).route('/docs', docsRoutes());

  const app = new Hono<AppEnvironment>()
    .use('/_app/immutable/*', withoutPageHeaders)
    .use(requestLog(log, metrics), safeHeaders(publicUrl?.protocol === 'https:'))
    .use('/api/*', withPolicy(dataPolicy))
    .route('/api', api)
    .all('/api/*', () => {
      throw new Problem('not_found');
    })
    .use(withPolicy(shellPolicy(`${buildDirectory}/app.html`)))
    .all('*', async (c) => {
      const response = await serveStatic(c);
      if (!response) throw new Problem('not_found');
      return response;
    });
  app.onError(async (error, c) => {
    await drainBody(c);
    return problemResponse(c, toProblem(error, c, log));
  });
  return app;
}

function toProblem(error: unknown, c: Context<AppEnvironment>, log: Logger): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof SessionEnded) return new Problem('not_signed_in');
  if (error instanceof HTTPException && error.status < 500) return new Problem('invalid_request');
  log.error({ requestId: c.get('requestId'), error }, 'a request failed');
  return isOutOfReach(error) ? new Problem('unavailable', { retryAfterSeconds: 5 }) : new Problem('internal');
}

/** The database or the store of files cannot be reached, or has no connection to spare: the caller may come back. */
function isOutOfReach(error: unknown): boolean {
  if (error instanceof StoreOutOfReach) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(CONNECT|CONNECTION_|ECONN|ETIMEDOUT|EPIPE|57P0|53|08)/.test(code);
}
