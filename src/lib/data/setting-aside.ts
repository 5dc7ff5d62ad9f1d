import type { CollectionName } from '#domain/collections/index.ts';
import type { Fields } from '#domain/sync/merge.ts';
import type { SettingAside } from './conflicts.ts';
import { wasSealed } from './delivery/sealing-note.ts';
import type { OwnerStore, QuarantineEntry } from './device-store.ts';
import type { StoredDocument } from './json-schema.ts';

const keptForMs = 30 * 86_400_000;

/** Puts the person's work into quarantine before the server's state takes its place (S15). */
export class WorkAside implements SettingAside {
  readonly #store: OwnerStore;
  readonly #now: () => Date;
  #refused = new Set<string>();

  constructor(store: OwnerStore, now: () => Date) {
    this.#store = store;
    this.#now = now;
  }

  isRefused(collection: CollectionName, id: string): boolean {
    return this.#refused.has(`${collection}/${id}`);
  }

  wasSealed(collection: CollectionName, document: StoredDocument): Promise<boolean> {
    return wasSealed(this.#store, collection, document);
  }

  /** The server will not take it: its own state stands, without a merge. */
  async refuse(entry: Omit<QuarantineEntry, 'at' | 'isKept'>): Promise<void> {
    await this.#store.setAside({ ...entry, at: this.#now().toISOString(), isKept: false });
    this.#refused.add(`${entry.collection}/${entry.id}`);
  }

  accept(collection: CollectionName, ids: readonly string[]): void {
    for (const id of ids) this.#refused.delete(`${collection}/${id}`);
  }

  async setAside(collection: CollectionName, id: string, kind: 'created' | 'changed', fields: Fields): Promise<void> {
    await this.#store.setAside({
      collection,
      id,
      kind,
      fields,
      code: 'clash',
      message: 'Somebody else changed the same thing. Theirs stands, yours is kept here.',
      at: this.#now().toISOString(),
      isKept: false,
    });
  }

  /** What was set aside thirty days ago has been looked at or never will be. */
  async dropOld(): Promise<void> {
    await this.#store.dropQuarantineBefore(new Date(this.#now().getTime() - keptForMs).toISOString());
  }
}
