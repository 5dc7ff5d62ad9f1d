import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { AddressInfo } from 'node:net';
import postgres from 'postgres';
import { must } from '#domain/must.ts';

/**
 * The baseline: replication as RxDB's own guide to an HTTP server shows it. One table, a cursor on `updated_at`, last
 * write wins by comparing with the assumed state, events that carry the documents. No access control, no encryption, no audit,
 * and it may lose rows that commit late: that is what a first attempt looks like, and how fast it is.
 */
export interface NaiveServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface NaiveDocument {
  readonly id: string;
  readonly updatedAt: number;
  readonly _deleted: boolean;
  readonly body: Record<string, unknown>;
}

interface NaiveCheckpoint {
  readonly id: string;
  readonly updatedAt: number;
}

interface NaivePushRow {
  readonly assumedMasterState?: NaiveDocument;
  readonly newDocumentState: NaiveDocument;
}

export async function startNaiveServer(databaseUrl: string): Promise<NaiveServer> {
  const sql = postgres(databaseUrl, { max: 10, onnotice: () => undefined });
  await sql`create table if not exists naive_documents (
    id uuid primary key, updated_at bigint not null, is_deleted boolean not null default false, body jsonb not null)`;
  await sql`create index if not exists naive_documents_cursor on naive_documents (updated_at, id)`;

  const listeners = new Set<(event: { documents: NaiveDocument[]; checkpoint: NaiveCheckpoint }) => void>();
  const app = new Hono();

  app.get('/pull', async (context) => {
    const { id = '00000000-0000-0000-0000-000000000000', updatedAt = '0', limit = '100' } = context.req.query();
    const documents = await sql<NaiveDocument[]>`
      select id, updated_at::float8 as "updatedAt", is_deleted as "_deleted", body from naive_documents
      where (updated_at, id) > (${updatedAt}::bigint, ${id}::uuid) order by updated_at, id limit ${Number(limit)}`;
    const last = documents.at(-1);
    return context.json({
      documents,
      checkpoint: last ? { id: last.id, updatedAt: last.updatedAt } : { id, updatedAt: Number(updatedAt) },
    });
  });

  app.post('/push', async (context) => {
    const rows = await context.req.json<NaivePushRow[]>();
    const ids = rows.map((row) => row.newDocumentState.id);
    const changed: NaiveDocument[] = [];
    const conflicts = await sql.begin(async (transaction) => {
      const masters = await transaction<NaiveDocument[]>`
        select id, updated_at::float8 as "updatedAt", is_deleted as "_deleted", body from naive_documents where id = any(${ids}::uuid[])`;
      const mastersById = new Map(masters.map((master) => [master.id, master]));
      const clashing: NaiveDocument[] = [];
      for (const row of rows) {
        const master = mastersById.get(row.newDocumentState.id);
        if (master && row.assumedMasterState?.updatedAt !== master.updatedAt) clashing.push(master);
        else changed.push({ ...row.newDocumentState, updatedAt: Date.now() });
      }
      if (changed.length > 0) {
        const values = changed.map((one) => ({
          id: one.id,
          updated_at: one.updatedAt,
          is_deleted: one._deleted,
          body: transaction.json(one.body as never),
        }));
        await transaction`insert into naive_documents ${transaction(values)}
          on conflict (id) do update set updated_at = excluded.updated_at, is_deleted = excluded.is_deleted, body = excluded.body`;
      }
      return clashing;
    });
    const last = changed.at(-1);
    if (last) for (const listener of listeners) listener({ documents: changed, checkpoint: { id: last.id, updatedAt: last.updatedAt } });
    return context.json(conflicts);
  });

  /** `?student=`: those documents alone that are about this child. */
  app.get('/stream', (context) =>
    streamSSE(context, async (stream) => {
      const { student } = context.req.query();
      const listener = (event: { documents: NaiveDocument[]; checkpoint: NaiveCheckpoint }): void => {
        if (student === undefined || event.documents.some(({ body }) => body['studentId'] === student))
          void stream.writeSSE({ data: JSON.stringify(event) });
      };
      listeners.add(listener);
      await stream.writeSSE({ event: 'open', data: '' });
      await new Promise<void>((resolve) => {
        stream.onAbort(resolve);
      });
      listeners.delete(listener);
    }),
  );

  /** The raw limit of a first sync: one SELECT and one response. */
  app.get('/everything', async (context) => {
    const documents = await sql<NaiveDocument[]>`
      select id, updated_at::float8 as "updatedAt", is_deleted as "_deleted", body from naive_documents where not is_deleted`;
    return context.json(documents);
  });

  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  const { port } = must(server.address(), 'a listening server has an address') as AddressInfo;
  return {
    url: `http://localhost:${String(port)}`,
    stop: async () => {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await sql.end({ timeout: 1 });
    },
  };
}
