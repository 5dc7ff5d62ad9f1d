import type { UserKind } from '#domain/permissions/roles.ts';
import type { OwnerStore } from './device-store.ts';
import type { LocalDatabase } from './local-database.ts';

/** What is open on this device for the person who is signed in. */
export interface OpenData {
  readonly database: LocalDatabase;
  readonly store: OwnerStore;
  /** What kind of person it is. */
  readonly kind: UserKind;
}

class CurrentData {
  /** Null while nobody's database is open. Only the session opens and closes it. */
  current: OpenData | null = $state.raw(null);
}

export const openData = new CurrentData();
