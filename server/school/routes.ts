import { Hono } from 'hono';
import type { AsUserDependencies } from '../auth/as-user.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { cardRoutes } from './card-routes.ts';

/** What a school arranges for itself. */
export function schoolRoutes(dependencies: AsUserDependencies) {
  return new Hono<AppEnvironment>().route('/cards', cardRoutes(dependencies));
}
