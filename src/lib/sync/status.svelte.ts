import { SvelteSet } from 'svelte/reactivity';
import { type CollectionName, type DocumentOf } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import type { QuarantineEntry } from '../data/device-store.ts';
import { withFiles } from '../evidence/file-status.ts';
import { evidence } from '../evidence/files.svelte.ts';
import { openData, type OpenData } from '../data/current.svelte.ts';
import type { UnsentEntry } from '../data/unsent-list.ts';
import { changeDocument, createDocuments } from '../data/writing.ts';
import { initialFacts, statusOfFacts, type SyncFacts, type SyncStatus } from './status-machine.ts';

/** One thing that waits on this device, as the person wrote it. */
export interface WaitingItem {
  readonly collection: CollectionName;
  readonly id: string;
  /** Null where it was taken back before it was sent. */
  readonly document: DocumentOf<CollectionName> | null;
  /** ISO instant, by the device's clock. */
  readonly since: string;
}

export type { SyncStatus } from './status-machine.ts';
export type { QuarantineEntry } from '../data/device-store.ts';

class Status {
  #documents: SyncStatus = $state.raw(statusOfFacts(initialFacts));
  /** How sync stands, for the chip: documents and files. */
  readonly current: SyncStatus = $derived(withFiles(this.#documents, evidence.files));
  /** What waits and since when, oldest first. */
  waiting: readonly WaitingItem[] = $state.raw([]);
  readonly #unsent = new SvelteSet<string>();
  #asked: { readonly data: OpenData; readonly entries: readonly UnsentEntry[] } | null = null;
  #isReading = false;

  /** Whether the server has not yet acknowledged this document as it stands here. */
  isUnsent(id: string): boolean {
    return this.#unsent.has(id);
  }

  show(facts: SyncFacts): void {
    this.#documents = statusOfFacts(facts);
  }

  showWaiting(data: OpenData, entries: readonly UnsentEntry[]): void {
    const ids = new Set(entries.map(({ id }) => id));
    for (const id of [...this.#unsent]) if (!ids.has(id)) this.#unsent.delete(id);
    for (const id of ids) this.#unsent.add(id);
    this.#asked = { data, entries };
    void this.#readWaiting();
  }

  clear(): void {
    this.#asked = null;
    this.#unsent.clear();
    this.waiting = [];
    this.#documents = statusOfFacts(initialFacts);
  }

  /** Reads the documents of what is new on the list; what was asked meanwhile is shown last. */
  async #readWaiting(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#asked) {
      const { data, entries } = this.#asked;
      this.#asked = null;
      const known = new Map(this.waiting.map((item) => [item.id, item]));
      const fresh = entries.filter(({ id, since }) => known.get(id)?.since !== since);
      const documents = await documentsOf(data, fresh).catch(() => new Map<string, DocumentOf<CollectionName>>());
      // Somebody else may have signed in while it was read.
      if (openData.current !== data) continue;
      this.waiting = entries.map((entry) => {
        const item = known.get(entry.id);
        return item?.since === entry.since ? item : { ...entry, document: documents.get(entry.id) ?? null };
      });
    }
    this.#isReading = false;
  }
}

async function documentsOf({ database }: OpenData, entries: readonly UnsentEntry[]): Promise<Map<string, DocumentOf<CollectionName>>> {
  const documents = new Map<string, DocumentOf<CollectionName>>();
  for (const collection of new Set(entries.map((entry) => entry.collection))) {
    const ids = entries.filter((entry) => entry.collection === collection).map(({ id }) => id);
    for (const document of await database.get(collection, ids)) documents.set(document.id, document);
  }
  return documents;
}

class Quarantine {
  /** Work that the server did not take, oldest first; nothing of it is thrown away before the person says so. */
  current: readonly QuarantineEntry[] = $state.raw([]);

  /** It stays on the list and asks no more. */
  async keep(id: string): Promise<void> {
    const { entry, store } = this.#find(id);
    await store.changeQuarantine(entry.collection, id, { isKept: true });
  }

  /** Sends it again, with what the person has changed. A new document gets a new id. */
  async sendAgain(id: string, patch: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { entry, store, data } = this.#find(id);
    const context = { database: data.database };
    const fields = { ...entry.fields, ...patch };
    if (entry.kind === 'created') {
      await createDocuments(context, entry.collection, [fields]);
    } else if (entry.kind === 'changed') {
      await changeDocument(context, entry.collection, id, fields);
    }
    await store.removeQuarantine(entry.collection, id);
  }

  async discard(id: string): Promise<void> {
    const { entry, store } = this.#find(id);
    await store.removeQuarantine(entry.collection, id);
  }

  #find(id: string) {
    const data = must(openData.current, 'somebody is signed in');
    const entry = must(
      this.current.find((one) => one.id === id),
      'it is in quarantine',
    );
    return { entry, data, store: data.store };
  }
}

export const syncStatus = new Status();
export const quarantine = new Quarantine();

let now: () => void = () => undefined;

/** Tries now, without waiting for the next turn. */
export function syncNow(): void {
  now();
}

/** The session says what `syncNow` does while somebody is signed in. */
export function setSyncNow(what: () => void): void {
  now = what;
}
