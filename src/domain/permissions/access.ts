import type { PermissionName } from './catalogue.ts';

/**
 * What a person may do, and where: for each permission the scopes it reaches, as `GET /api/auth/session` tells. For screens
 * only, to leave out what would be refused: the database decides, never this.
 */
export type Access = Partial<Record<PermissionName, readonly string[]>>;
