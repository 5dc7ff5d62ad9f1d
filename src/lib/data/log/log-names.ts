import { defaultHashSha256 } from 'rxdb/plugins/utils';
import { collections, collectionNames, type CollectionName } from '#domain/collections/index.ts';
import { lenses as lensesOfToday } from '#domain/sync/lenses/index.ts';
import type { Lens } from '#domain/sync/lenses/lens.ts';

/** RxDB names the store of a replication's notes by a hash; this is its way to make it (RxDB 17.6, `plugins/replication`). */
export function replicationIdentifier(collection: CollectionName): string {
  // Changing the identifier would make every document look unsent.
  return `studystreaks-${collection}`;
}

export interface PushedCollection {
  readonly name: CollectionName;
  /** The collection of RxDB's that notes what the server is known to have. */
  readonly notesIn: string;
}

/** Which of RxDB's collections belong together, and what their documents looked like in the past. */
export class LogNames {
  /** Every change in the shape of documents: a log may be older than the app (S28). */
  readonly lenses: readonly Lens[];
  readonly #subjects = new Map<string, PushedCollection>();

  private constructor(lenses: readonly Lens[]) {
    this.lenses = lenses;
  }

  /** The names follow from hashes, which take a moment. */
  static async load(lenses = lensesOfToday): Promise<LogNames> {
    const names = new LogNames(lenses);
    for (const name of collectionNames) {
      const notesIn = `rx-replication-meta-${await defaultHashSha256(`${name}-${replicationIdentifier(name)}`)}`;
      names.#subjects.set(name, { name, notesIn });
      names.#subjects.set(notesIn, { name, notesIn });
    }
    return names;
  }

  /** The synced collection that `collection` is, or that its notes are about. */
  subject(collection: string): PushedCollection | undefined {
    return this.#subjects.get(collection);
  }

  /** The same, of collections that devices write. */
  pushed(collection: string): PushedCollection | undefined {
    const subject = this.#subjects.get(collection);
    return subject && collections[subject.name].pushedBy !== null ? subject : undefined;
  }

  isNotes(collection: string): boolean {
    return this.#subjects.get(collection)?.notesIn === collection;
  }
}
