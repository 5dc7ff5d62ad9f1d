import type { PermissionName } from './catalogue.ts';

/** What a person may do, and where: for each permission the scopes it reaches, as `GET /api/auth/session` tells. */
export type Access = Partial<Record<PermissionName, readonly string[]>>;

/** For screens only, to hide what would be refused. The database decides (RLS), never this. */
export function can(access: Access, permission: PermissionName, scopeId: string): boolean {
  return access[permission]?.includes(scopeId) ?? false;
}
