import { createRxDatabase, type RxCollection, type RxDatabase, type RxStorage } from 'rxdb';
import { replicateRxCollection, type RxReplicationState } from 'rxdb/plugins/replication';
import { filter, firstValueFrom, Subject } from 'rxjs';
import { v7 as uuidv7 } from 'uuid';
import type { OpenEventStream } from '../../../src/lib/sync/stream.ts';
import type { NaiveDocument } from './naive-server.ts';
import { screenful, type ClientRun } from './our-client.ts';
import { watchStorage } from './watched-storage.ts';

export interface NaiveEnvironment {
  readonly url: string;
  readonly storage: RxStorage<unknown, unknown>;
  readonly openStream: OpenEventStream;
  readonly isShared: boolean;
}

/** The client of the baseline, as RxDB's guide to HTTP replication shows it, with pages of 1,000 in place of 100. */
export class NaiveClient {
  readonly collection: RxCollection<NaiveDocument>;
  readonly #database: RxDatabase;
  readonly #environment: NaiveEnvironment;
  #end: () => Promise<void> = () => Promise.resolve();

  private constructor(database: RxDatabase, collection: RxCollection<NaiveDocument>, environment: NaiveEnvironment) {
    this.#database = database;
    this.collection = collection;
    this.#environment = environment;
  }

  static async open(environment: NaiveEnvironment): Promise<NaiveClient> {
    const { storage, isShared } = environment;
    const database = await createRxDatabase({ name: `naive-${uuidv7()}`, storage, multiInstance: isShared, eventReduce: true });
    const { documents } = await database.addCollections<{ documents: RxCollection<NaiveDocument> }>({
      documents: {
        schema: {
          version: 0,
          primaryKey: 'id',
          type: 'object',
          properties: { id: { type: 'string', maxLength: 36 }, updatedAt: { type: 'number' }, body: { type: 'object' } },
          required: ['id', 'updatedAt', 'body'],
        },
      },
    });
    return new NaiveClient(database, documents, environment);
  }

  goOnline(): RxReplicationState<NaiveDocument, { id: string; updatedAt: number }> {
    const { url, openStream } = this.#environment;
    const pullStream = new Subject<'RESYNC' | { documents: NaiveDocument[]; checkpoint: unknown }>();
    const events = openStream(`${url}/stream`);
    events.addEventListener('message', ({ data }) => {
      if (typeof data === 'string' && data !== '') pullStream.next(JSON.parse(data) as { documents: NaiveDocument[]; checkpoint: unknown });
    });
    const replication = replicateRxCollection<NaiveDocument, { id: string; updatedAt: number }>({
      collection: this.collection,
      replicationIdentifier: `naive-${url}`,
      live: true,
      push: {
        batchSize: 1000,
        handler: async (rows) => {
          const answer = await fetch(`${url}/push`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(rows),
          });
          return (await answer.json()) as never;
        },
      },
      pull: {
        batchSize: 1000,
        handler: async (checkpoint, limit) => {
          const query = new URLSearchParams({
            limit: String(limit),
            ...(checkpoint && { id: checkpoint.id, updatedAt: String(checkpoint.updatedAt) }),
          });
          return (await (await fetch(`${url}/pull?${query}`)).json()) as never;
        },
        stream$: pullStream.asObservable() as never,
      },
    });
    this.#end = async () => {
      events.close();
      await replication.cancel();
    };
    return replication;
  }

  goOffline(): Promise<void> {
    return this.#end();
  }

  async close(): Promise<void> {
    await this.#end();
    await this.#database.close();
  }
}

/** What ours does, done by the baseline. @param writes the bodies of new documents */
export async function measureNaive(
  environment: NaiveEnvironment,
  writes: readonly Readonly<Record<string, unknown>>[],
): Promise<ClientRun> {
  const { storage, lastWriteAt } = watchStorage(environment.storage);
  const firstAt = performance.now();
  const client = await NaiveClient.open({ ...environment, storage });
  try {
    const replication = client.goOnline();
    const shown = firstValueFrom(client.collection.find({ limit: screenful }).$.pipe(filter(({ length }) => length > 0))).then(() =>
      performance.now(),
    );
    await replication.awaitInitialReplication();
    const firstSync = lastWriteAt() - firstAt;
    const firstScreen = (await shown) - firstAt;
    const documents = (await client.collection.find().exec()).length;

    await client.goOffline();
    const writesAt = performance.now();
    for (const body of writes) await client.collection.insert(toNaiveDocument(body));
    const durable = performance.now() - writesAt;

    const onlineAt = performance.now();
    await client.goOnline().awaitInSync();
    return { firstScreen, firstSync, documents, durable, acknowledged: performance.now() - onlineAt };
  } finally {
    await client.close();
  }
}

export function toNaiveDocument(body: Readonly<Record<string, unknown>>): NaiveDocument {
  return { id: uuidv7(), updatedAt: 0, _deleted: false, body };
}
