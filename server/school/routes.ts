import { Hono } from 'hono';
import type { AppEnvironment } from '../http/environment.ts';
import { badgeRoutes } from './badge-routes.ts';
import { cardRoutes } from './card-routes.ts';
import { childRoutes, type ChildDependencies } from './child-routes.ts';
import { contactRoutes } from './contact-routes.ts';
import { deleteWishRoutes } from './delete-wish-routes.ts';
import { deviceRoutes, type DeviceDependencies } from './device-routes.ts';
import { flagRoutes } from './flag-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { guardianshipRoutes, invitationRoutes } from './invitation-routes.ts';
import { settingsRoutes } from './settings-routes.ts';

/** What a school arranges for itself. */
export function schoolRoutes(dependencies: DeviceDependencies & ChildDependencies) {
  return new Hono<AppEnvironment>()
    .route('/badges', badgeRoutes(dependencies))
    .route('/cards', cardRoutes(dependencies))
    .route('/children', childRoutes(dependencies))
    .route('/classes', contactRoutes(dependencies))
    .route('/delete-wishes', deleteWishRoutes(dependencies))
    .route('/devices', deviceRoutes(dependencies))
    .route('/flags', flagRoutes(dependencies))
    .route('/groups', groupRoutes(dependencies))
    .route('/guardianships', guardianshipRoutes(dependencies))
    .route('/invitations', invitationRoutes(dependencies))
    .route('/', settingsRoutes(dependencies));
}
