import { FetchedStore } from '../data/files/fetched-store.ts';
import type { LocalDatabase } from '../data/local-database.ts';
import type { Fetch } from '../sync/http.ts';
import { fetchFrom } from './fetch-file.ts';
import { evidence } from './files.svelte.ts';
import { voicesHere } from './hearing-documents.ts';
import { waitingFiles } from './marking-documents.ts';
import { connectionOf, isMetered } from './metered.ts';
import { hearingLimits, markingLimits } from './prefetch-plan.ts';
import { EvidencePrefetcher } from './prefetcher.ts';

export interface PersonPrefetchOptions {
  readonly database: LocalDatabase;
  /** The person's. */
  readonly key: CryptoKey;
  readonly fetch: Fetch;
  /** The children whose homework the person marks; where they mark none, what teachers have said is put by. */
  readonly marks: readonly string[];
  /** The device's storage fails. */
  readonly onFailure: (reason: unknown) => void;
}

/**
 * What whoever marks has put by of the work that waits for them, or a family of what teachers have said to it: the open store, and
 * the fetching.
 */
export class PersonPrefetch {
  readonly prefetcher: EvidencePrefetcher;
  readonly #store: FetchedStore;
  readonly #ends: (() => void)[];

  constructor({ database, key, fetch, marks, onFailure }: PersonPrefetchOptions) {
    const store = (this.#store = new FetchedStore(database.name, key));
    const marked = new Set(marks);
    const connection = connectionOf(navigator);
    const prefetcher = (this.prefetcher = new EvidencePrefetcher({
      store,
      fetch: fetchFrom(fetch, database.owner.userId),
      ...(marks.length > 0
        ? { waiting: () => waitingFiles(database, (studentId) => marked.has(studentId)), limits: markingLimits }
        : { waiting: () => voicesHere(database), limits: hearingLimits }),
      mayFetch: () => navigator.onLine && !isMetered(connection),
      random: Math.random,
      onFailure,
    }));
    const look = () => {
      prefetcher.look();
    };
    evidence.fetchedStore = store;
    addEventListener('online', look);
    connection?.addEventListener('change', look);
    this.#ends = [
      store.watch((files) => {
        evidence.showFetched(files);
      }, onFailure),
      database.observe('receipts', {}, look),
      database.observe('completions', {}, look),
      database.observe('reviews', {}, look),
      () => {
        removeEventListener('online', look);
        connection?.removeEventListener('change', look);
      },
    ];
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
    this.prefetcher.stop();
    this.#store.close();
  }
}
