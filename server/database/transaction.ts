import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from './connections.ts';

/** What a statement fails with when its connection goes: ended by the server (57P…), by the network, or noticed by the driver. */
const losses = new Set([
  '57P01',
  '57P02',
  '57P05',
  '25P03',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'ECONNRESET',
  'EPIPE',
]);

/** How long the driver may take to notice that a connection is gone, once a statement has failed with it. */
const noticedAfterMs = 2_000;

/** The connection went while the transaction was under way: nothing of it is there. */
class TransactionLost extends Error {
  override readonly name = 'TransactionLost';
}

/**
 * Does `work` in a transaction, and survives the loss of its connection. postgres.js would send a rollback, or the next
 * statement, to a connection that is gone, which throws where nobody can catch it and ends the process
 * (porsager/postgres 1208); or send it on the connection that came after, outside of any transaction. Here neither is sent.
 *
 * @throws what `work` throws; an error of the driver when the connection was lost
 */
export async function inTransaction<Result>(
  database: Database,
  beginning: string,
  work: (sql: Transaction) => Promise<Result>,
): Promise<Result> {
  let isOver = false;
  /** A failure that is left alone until the driver has noticed why; thrown when the connection lives after all. */
  const unlessLost = async <Outcome>(doing: () => Promise<Outcome>): Promise<Outcome> => {
    try {
      return await doing();
    } catch (error) {
      if (!isOver && isLoss(error)) await sleep(noticedAfterMs, undefined, { ref: false });
      if (isOver) await new Promise<never>(() => undefined);
      throw error;
    }
  };
  const guarded = (sql: Transaction): Transaction =>
    new Proxy(sql, {
      apply(target, self, parameters: Parameters<Transaction>) {
        if (isOver) throw new TransactionLost('The connection of this transaction is gone');
        return Reflect.apply(target, self, parameters) as unknown;
      },
      get(target, name) {
        if (name !== 'savepoint') return Reflect.get(target, name) as unknown;
        return (inside: (sql: Transaction) => Promise<unknown>) => target.savepoint((nested) => unlessLost(() => inside(guarded(nested))));
      },
    });
  try {
    const outcome = await database.begin(beginning, (sql) => unlessLost(async () => ({ result: await work(guarded(sql)) })));
    return outcome.result;
  } finally {
    isOver = true;
  }
}

function isLoss(error: unknown): boolean {
  return error instanceof Error && 'code' in error && losses.has(String(error.code));
}
