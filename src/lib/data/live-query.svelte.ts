import type { CollectionName, DocumentOf } from '#domain/collections/index.ts';
import { openData } from './current.svelte.ts';
import { isShownLapsed } from './lapsed-view.ts';
import { dataLease } from './lease.svelte.ts';
import type { Query } from './local-database.ts';

/** The documents of a query, kept up to date. */
export interface LiveQuery<Name extends CollectionName> {
  readonly current: readonly DocumentOf<Name>[];
  /** False until the device has answered once; an empty list before that says nothing. */
  readonly isLoaded: boolean;
}

class Live<Name extends CollectionName> implements LiveQuery<Name> {
  current: readonly DocumentOf<Name>[] = $state.raw([]);
  isLoaded = $state(false);
}

/**
 * Reads from this device and follows every change, of sync and of other tabs too. Call it while a component is set up;
 * `query` may read reactive values. A collection that the person's role does not have stays empty.
 */
export function liveQuery<Name extends CollectionName>(collection: Name, query: () => Query<Name> = () => ({})): LiveQuery<Name> {
  const live = new Live<Name>();
  $effect(() => {
    const data = openData.current;
    const asked = query();
    if (!data) {
      live.current = [];
      live.isLoaded = false;
      return;
    }
    if (!data.database.holds(collection)) {
      live.isLoaded = true;
      return;
    }
    // Security: here, where every screen reads, so that none can show what may not be shown any more.
    const { database, kind } = data;
    const onlooker = dataLease.isLapsed && { kind, isUnsent: (name: CollectionName, id: string) => database.unsent.list.has(name, id) };
    return database.observe(collection, asked, (documents) => {
      live.current = onlooker ? documents.filter((document) => isShownLapsed(collection, document, onlooker)) : documents;
      live.isLoaded = true;
    });
  });
  return live;
}
