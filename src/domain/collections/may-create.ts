import { collections, type CollectionName } from './index.ts';

/** Whether somebody with this access (permissions and their scopes, as a session tells them) may make documents of a collection. */
export function mayCreate(collection: CollectionName, access: Readonly<Record<string, unknown>>): boolean {
  return collections[collection].pushedBy?.create.some((permission) => permission in access) ?? false;
}
