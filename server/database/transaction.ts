import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import type { ColumnTypes } from './column-types.ts';
import type { Database, Transaction } from './connections.ts';
import type { Lane, Lanes } from './lanes.ts';

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

/** How a transaction begins; a `snapshot` sees one moment, and changes nothing. */
const beginnings = {
  'read committed': (sql: Sql<ColumnTypes>) => sql`begin isolation level read committed`,
  snapshot: (sql: Sql<ColumnTypes>) => sql`begin isolation level repeatable read read only`,
};
export type Beginning = keyof typeof beginnings;

/** What a statement is failed by first; what fails after it says no more than that the transaction has failed. */
interface Failures {
  first?: { readonly error: unknown };
}

/**
 * Does `work` in a transaction. The beginning is not waited for: it goes together with the first statements, in one write.
 * Nor is the end of a `snapshot`, of which nothing is left to hear.
 *
 * Survives the loss of its connection. postgres.js would send a rollback, or the next statement, to a connection that is
 * gone, which throws where nobody can catch it and ends the process (porsager/postgres 1208); or send it on the connection
 * that came after, outside of any transaction. Here neither is sent.
 *
 * @throws what `work` throws; what a statement failed with, even where `work` did not ask; an error of the driver when the
 * connection was lost
 */
export async function inTransaction<Result>(
  database: Database,
  beginning: Beginning,
  work: (sql: Transaction) => Promise<Result>,
): Promise<Result> {
  const lane = await database.lanes.take();
  const loss = watch(lane);
  try {
    const outcome = await within(lane, loss, beginning, work);
    const ended = lane.sql`commit`;
    if (beginning === 'snapshot') giveBackAfter(ended, database.lanes, lane);
    else {
      await Promise.race([loss.heard, ended]);
      database.lanes.giveBack(lane);
    }
    return outcome;
  } catch (error) {
    if (loss.isThere || !lane.isOpen) database.lanes.drop(lane);
    else database.lanes.giveBack(lane);
    throw error;
  } finally {
    // Whatever is still under way must not be sent on the connection of somebody else.
    loss.isThere = true;
  }
}

/** Begins and does the work, and rolls back where that fails. */
async function within<Result>(lane: Lane, loss: Loss, beginning: Beginning, work: (sql: Transaction) => Promise<Result>): Promise<Result> {
  const { sql } = lane;
  const failures: Failures = {};
  /** Does a part of the work, and takes it back where it fails. */
  const scoped = async <Outcome>(
    own: Failures,
    doing: (sql: Transaction) => Promise<Outcome>,
    undo: () => PromiseLike<unknown>,
  ): Promise<Outcome> => {
    try {
      const outcome = await Promise.race([loss.heard, doing(toTransaction(own))]);
      if (own.first) throw own.first.error;
      return outcome;
    } catch (error) {
      // A failure may be the first sign that the connection is gone.
      if (!loss.isThere && isLoss(error)) await Promise.race([loss.heard, sleep(noticedAfterMs, undefined, { ref: false })]);
      if (loss.isThere) throw error;
      await Promise.race([loss.heard, undo()]);
      throw isAfterFailure(error) && own.first ? own.first.error : error;
    }
  };
  let savepoints = 0;
  const savepoint = async <Outcome>(inside: (sql: Transaction) => Promise<Outcome>): Promise<Outcome> => {
    loss.refuse();
    const name = sql(`s${String(savepoints++)}`);
    const own: Failures = {};
    note(sql`savepoint ${name}`.execute(), own);
    return scoped(own, inside, () => sql`rollback to ${name}`);
  };
  const toTransaction = (own: Failures): Transaction =>
    new Proxy(Object.assign(sql, { savepoint }), {
      apply(target, self, parameters: Parameters<Transaction>) {
        loss.refuse();
        const statement: unknown = Reflect.apply(target, self, parameters);
        note(statement, own);
        return statement;
      },
    });

  const begun = beginnings[beginning](sql);
  note(begun.execute(), failures);
  // On a connection that is yet to be opened nothing is sent before it is known to have begun.
  if (!lane.isOpen) await begun;
  lane.isOpen = true;
  return scoped(failures, work, () => sql`rollback`);
}

interface Loss {
  /** From then on nothing is sent. */
  isThere: boolean;
  /** Rejects when the connection is gone. */
  readonly heard: Promise<never>;
  /** @throws TransactionLost when it is there */
  refuse(): void;
}

function watch(lane: Lane): Loss {
  const { promise: heard, reject } = Promise.withResolvers<never>();
  heard.catch(() => undefined);
  const loss: Loss = {
    isThere: false,
    heard,
    refuse() {
      if (loss.isThere) throw new TransactionLost('The connection of this transaction is gone');
    },
  };
  lane.onLoss = () => {
    loss.isThere = true;
    reject(new TransactionLost('The connection of this transaction is gone'));
  };
  return loss;
}

/** The end of a transaction that has changed nothing: whether it came to a commit is all the same. */
function giveBackAfter(ended: PromiseLike<unknown>, lanes: Lanes, lane: Lane): void {
  void ended.then(
    () => {
      lanes.giveBack(lane);
    },
    () => {
      lanes.drop(lane);
    },
  );
}

/** Keeps what a statement fails with. `then` of its own would send it, and a part of a statement is none yet. */
function note(statement: unknown, failures: Failures): void {
  if (statement instanceof Promise)
    void Reflect.apply(Promise.prototype.then, statement, [undefined, (error: unknown) => (failures.first ??= { error })]);
}

function isAfterFailure(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code === '25P02';
}

function isLoss(error: unknown): boolean {
  return error instanceof Error && 'code' in error && losses.has(String(error.code));
}
