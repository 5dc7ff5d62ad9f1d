import { collections, type CollectionName } from '#domain/collections/index.ts';
import type { Person, Transaction, World } from './world.ts';

/** Comes after every document of its version. */
export const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

type Position = readonly [version: number, id: string];

interface Checkpoint {
  readonly forward: Position;
  readonly back: Position | null;
}

interface Change {
  readonly document_id: string;
  readonly version: number;
  readonly effective_version: number;
  readonly is_deleted: boolean;
}

/**
 * A device as far as the database can tell: it pages through app.changes by checkpoints as a client does, and remembers which
 * documents, at which version, it holds.
 */
export class TestDevice {
  readonly #world: World;
  readonly #person: Person;
  readonly #page: number;
  readonly #checkpoints = new Map<CollectionName, Checkpoint>();
  readonly #held = new Map<CollectionName, Map<string, number>>();

  readonly #takesShortWay: boolean;

  /** @param takesShortWay asks app.recent_changes first where it had caught up, as the server does */
  constructor(world: World, person: Person, page = 1000, takesShortWay = false) {
    this.#world = world;
    this.#person = person;
    this.#page = page;
    this.#takesShortWay = takesShortWay;
  }

  /** Version by document id. */
  held(collection: CollectionName): ReadonlyMap<string, number> {
    return this.#held.get(collection) ?? new Map<string, number>();
  }

  holds(collection: CollectionName, id: string): boolean {
    return this.held(collection).has(id);
  }

  /** Pulls one page; returns whether there may be more. */
  async pullPage(collection: CollectionName): Promise<boolean> {
    return this.#world.as(this.#person, async (sql) => {
      const [head] = await sql<{ version: number }[]>`select version from app.head()`;
      const version = head?.version ?? 0;
      const known = this.#checkpoints.get(collection) ?? { forward: [version, lastId], back: [version, lastId] };
      const direction = known.back ? 'back' : 'forward';
      const recent = this.#takesShortWay ? await recentChangesOf(sql, collection, known) : null;
      const changes = recent && recent.length < this.#page ? recent : await changesOf(sql, collection, known, direction, this.#page);
      this.#apply(collection, changes, direction);
      const last = changes.at(-1);
      const isFull = changes.length >= this.#page;
      const next: Position | null = isFull && last ? [last.effective_version, last.document_id] : null;
      this.#checkpoints.set(
        collection,
        direction === 'back' ? { forward: known.forward, back: next } : { forward: next ?? [version, lastId], back: null },
      );
      return isFull || direction === 'back';
    });
  }

  /** Pulls everything that there is. */
  async pull(names: readonly CollectionName[] = allCollections): Promise<void> {
    for (const name of names) while (await this.pullPage(name));
  }

  #apply(collection: CollectionName, changes: readonly Change[], direction: 'back' | 'forward'): void {
    const held = this.#held.get(collection) ?? new Map<string, number>();
    this.#held.set(collection, held);
    for (const { document_id: id, version, is_deleted: isDeleted } of changes) {
      if (isDeleted && direction === 'back') throw new Error('A first sync leaves tombstones out (S11)');
      if (isDeleted) held.delete(id);
      else held.set(id, version);
    }
  }
}

export const allCollections: readonly CollectionName[] = Object.values(collections).map(({ name }) => name);

/** Null where the long way is needed. */
async function recentChangesOf(sql: Transaction, collection: CollectionName, { forward, back }: Checkpoint): Promise<Change[] | null> {
  if (back !== null || forward[1] !== lastId) return null;
  const changes = await sql<(Omit<Change, 'document_id'> & { document_id: string | null })[]>`
    select document_id, version, version as effective_version, is_deleted from app.recent_changes(${[collection]}, ${[forward[0]]}::bigint[])`;
  const found = changes.flatMap(({ document_id: id, ...change }) => (id === null ? [] : { document_id: id, ...change }));
  return found.length === changes.length ? found : null;
}

async function changesOf(
  sql: Transaction,
  collection: CollectionName,
  checkpoint: Checkpoint,
  direction: string,
  page: number,
): Promise<Change[]> {
  const [forwardVersion, forwardId] = checkpoint.forward;
  const [backVersion, backId] = checkpoint.back ?? [null, null];
  return sql<Change[]>`
    select * from app.changes(
      ${collection}, ${[...collections[collection].audiences]}, ${forwardVersion}, ${forwardId}, ${backVersion}, ${backId}, ${direction}, ${page})`;
}
