import { createRxDatabase, type RxCollection, type RxDatabase, type RxStorage } from 'rxdb';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import { Subject } from 'rxjs';
import type { NaiveDocument } from './naive-server.ts';

/** The client of the baseline, as RxDB's guide to HTTP replication shows it, with pages of 1,000 in place of 100. */
export interface NaiveClient {
  readonly database: RxDatabase;
  readonly collection: RxCollection<NaiveDocument>;
  initialSync(): Promise<void>;
  inSync(): Promise<void>;
  close(): Promise<void>;
}

export interface NaiveEnvironment {
  readonly url: string;
  readonly name: string;
  readonly storage: RxStorage<unknown, unknown>;
  readonly openStream: (url: string) => EventSource;
}

export async function openNaiveClient({ url, name, storage, openStream }: NaiveEnvironment): Promise<NaiveClient> {
  const database = await createRxDatabase({ name, storage, multiInstance: false });
  const { documents: collection } = await database.addCollections<{ documents: RxCollection<NaiveDocument> }>({
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

  const pullStream = new Subject<'RESYNC' | { documents: NaiveDocument[]; checkpoint: unknown }>();
  const events = openStream(`${url}/stream`);
  events.onmessage = (event: MessageEvent<string>) => {
    if (event.data !== '') pullStream.next(JSON.parse(event.data) as { documents: NaiveDocument[]; checkpoint: unknown });
  };

  const replication = replicateRxCollection<NaiveDocument, { id: string; updatedAt: number }>({
    collection,
    replicationIdentifier: `naive-${url}`,
    live: true,
    push: {
      batchSize: 1000,
      handler: async (rows) => {
        const answer = await fetch(`${url}/push`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rows) });
        return (await answer.json()) as never;
      },
    },
    pull: {
      batchSize: 1000,
      handler: async (checkpoint, limit) => {
        const query = new URLSearchParams({ limit: String(limit), ...(checkpoint && { id: checkpoint.id, updatedAt: String(checkpoint.updatedAt) }) });
        return (await (await fetch(`${url}/pull?${query}`)).json()) as never;
      },
      stream$: pullStream.asObservable() as never,
    },
  });

  return {
    database,
    collection,
    initialSync: () => replication.awaitInitialReplication(),
    inSync: async () => {
      await replication.awaitInSync();
    },
    close: async () => {
      events.close();
      await replication.cancel();
      await database.close();
    },
  };
}
