import type { Database, Transaction } from '../database/connections.ts';
import { inTransaction } from '../database/transaction.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { Finished, Finishing } from './finishing.ts';
import { isWhole, type SealedFiles } from './sealed-files.ts';

export interface TendingOptions {
  /** The pool of background_worker. */
  readonly database: Database;
  readonly store: EvidenceStore;
  readonly files: SealedFiles;
  readonly finishing: Finishing;
  /** A file was opened, or its time was over. */
  readonly ended: (schoolId: string, outcome: Finished | 'expired') => void;
}

export interface Tending {
  /** Deletes what a school's rows no longer name: what was let go of last first, a batch of it. */
  tidy(schoolId: string): Promise<number>;
  /** What is due in every school: files to open that a request left behind, uploads whose time is over, files to delete. */
  tend(): Promise<void>;
  /** Compares the whole store with the rows: what a crash left between the two goes. */
  sweep(): Promise<void>;
}

const filesAtATime = 50;

export function createTending({ database, store, files, finishing, ended }: TendingOptions): Tending {
  const asJob = <Result>(schoolId: string, work: (sql: Transaction) => Promise<Result>): Promise<Result> =>
    inTransaction(database, 'read committed', async (sql) => {
      await sql`select app.enter_worker(${schoolId})`;
      return work(sql);
    });

  /** In one transaction with the deletion: where that fails, it is known what is left. Returns how many files that were. */
  const tidy = (schoolId: string): Promise<number> =>
    asJob(schoolId, async (sql) => {
      const left = await sql<{ storageKey: string }[]>`
        delete from evidence_leftovers
        where school_id = ${schoolId} and id in (
          select id from evidence_leftovers where school_id = ${schoolId} order by created_at desc, id limit ${filesAtATime}
        )
        returning storage_key as "storageKey"`;
      for (const { storageKey } of left) await files.remove(schoolId, storageKey);
      return left.length;
    });

  async function expire(schoolId: string): Promise<void> {
    const { count } = await asJob(
      schoolId,
      (sql) => sql`
        update evidence set state = 'expected', storage_key = null
        where school_id = ${schoolId} and state = 'uploading' and arrived_at is null and upload_expires_at < now()`,
    );
    for (let expired = 0; expired < count; expired++) ended(schoolId, 'expired');
  }

  /** Files whose last byte came a while ago: whoever was to open them has gone. */
  async function leftToFinish(schoolId: string): Promise<string[]> {
    const left = await asJob(
      schoolId,
      (sql) => sql<{ id: string }[]>`
        select id from evidence
        where school_id = ${schoolId} and state = 'uploading' and arrived_at < now() - interval '1 minute'
        order by arrived_at limit ${filesAtATime}`,
    );
    return left.map(({ id }) => id);
  }

  return {
    tidy,
    async tend() {
      const due = await database<{ schoolId: string }[]>`select app.schools_with_evidence_due() as "schoolId"`;
      const failures: unknown[] = [];
      /** A school, or a file, of which something fails keeps no other from its turn. */
      const attempt = async (work: () => Promise<void>): Promise<void> => {
        try {
          await work();
        } catch (error) {
          failures.push(error);
        }
      };
      for (const { schoolId } of due) {
        await attempt(() => expire(schoolId));
        for (const id of await leftToFinish(schoolId)) {
          await attempt(async () => {
            ended(schoolId, await finishing.finish(schoolId, id));
          });
        }
        await attempt(async () => {
          while ((await tidy(schoolId)) === filesAtATime);
        });
      }
      if (failures.length > 0) throw new AggregateError(failures, `${String(failures.length)} of the steps with files failed`);
    },
    async sweep() {
      for (const { schoolId } of await database<{ schoolId: string }[]>`select school_id as "schoolId" from app.clocks()`) {
        // First what lies there, then who names it: a file that is begun in between is not among the first.
        const paths = await store.list(`${schoolId}/`);
        const rows = await asJob(
          schoolId,
          (sql) => sql<{ storageKey: string; isReady: boolean }[]>`
            select storage_key as "storageKey", state = 'ready' as "isReady" from evidence
            where school_id = ${schoolId} and storage_key is not null`,
        );
        const isReady = new Map(rows.map((row) => [row.storageKey, row.isReady]));
        for (const path of paths) {
          const named = isReady.get(path.split('/')[1] ?? '');
          if (named === undefined || (named && !isWhole(path))) await store.delete(path);
        }
      }
    },
  };
}
