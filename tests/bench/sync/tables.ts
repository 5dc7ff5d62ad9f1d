import postgres, { type JSONValue, type Sql } from 'postgres';
import { v5 as uuidFromName, v7 as uuidv7 } from 'uuid';
import { derived } from './dataset.ts';
import type { OurClient } from './our-client.ts';

type Body = Readonly<Record<string, unknown>>;

/** The bench's way past the servers: it fills the baseline's table, checks what has arrived, and takes it away again. */
export class Tables {
  readonly #sql: Sql;
  /** What is younger was written by the bench's devices. */
  #began = new Date();

  constructor(adminUrl: string) {
    this.#sql = postgres(adminUrl, { max: 2, onnotice: () => undefined });
  }

  /** Fills the baseline with the documents that lie on a device of ours. */
  async copyToNaive(client: OurClient): Promise<void> {
    const rows: { id: string; updated_at: number; body: unknown }[] = [];
    for (const collection of client.collections) {
      for (const document of await client.device.database.find(collection)) {
        rows.push({ id: uuidFromName(collection, document.id), updated_at: rows.length + 1, body: { collection, ...document } });
      }
    }
    for (let from = 0; from < rows.length; from += 1000) {
      const part = rows.slice(from, from + 1000).map((row) => ({ ...row, body: this.#json(row.body) }));
      await this.#sql`insert into naive_documents ${this.#sql(part)}`;
    }
    await this.#sql`vacuum analyze naive_documents`;
    const [now] = await this.#sql<{ now: Date }[]>`select clock_timestamp() as now`;
    if (now) this.#began = now.now;
  }

  /** @throws Error unless exactly `count` completions have come to our server, and takes them away */
  async takeOurWrites(count: number): Promise<void> {
    const gone = await this.#sql`delete from homework_completions where created_at > ${this.#began}`;
    await derived(this.#sql);
    requireCount(gone.count, count, 'writes came to our server');
  }

  /** @throws Error unless exactly `count` documents have come to the baseline's server, and takes them away */
  async takeNaiveWrites(count: number): Promise<void> {
    const gone = await this.#sql`delete from naive_documents where updated_at >= ${this.#began.getTime()}`;
    requireCount(gone.count, count, 'writes came to the baseline’s server');
  }

  /** The raw limit of a push: one statement with a row a document. @returns milliseconds until it is committed */
  async insertAtOnce(bodies: readonly Body[]): Promise<number> {
    const rows = bodies.map((body) => ({ id: uuidv7(), updated_at: Date.now(), body: this.#json(body) }));
    const started = performance.now();
    await this.#sql`insert into naive_documents ${this.#sql(rows)}`;
    const ms = performance.now() - started;
    await this.takeNaiveWrites(bodies.length);
    return ms;
  }

  async close(): Promise<void> {
    await this.#sql.end();
  }

  #json(body: unknown) {
    return this.#sql.json(body as JSONValue);
  }
}

export function requireCount(found: number, expected: number, what: string): void {
  if (found !== expected) throw new Error(`${String(found)} ${what}, not ${String(expected)}: these figures say nothing.`);
}
