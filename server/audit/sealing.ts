import type { Database } from '../database/connections.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Vault } from '../vault/vault.ts';
import { noteChainEnd } from './chain-ends.ts';

export interface Sealing {
  /** Seals what was written to the log of every school; returns how many rows that was. */
  seal(): Promise<number>;
  /** Tells the vault where each chain ends that has grown since. */
  noteEnds(): Promise<void>;
  /** Months made ahead, staff's addresses truncated after 90 days, months dropped that nobody needs. */
  tidy(): Promise<void>;
}

const rowsAtATime = 5_000;

/** @param database the pool of background_worker */
export function createSealing(database: Database, vault: Vault): Sealing {
  const noted = new Map<string, number>();

  async function inSchool(schoolId: string, work: 'seal' | 'truncate'): Promise<number> {
    const [done] = await inTransaction(database, 'read committed', async (sql) => {
      await sql`select app.enter_worker(${schoolId})`;
      return work === 'seal'
        ? sql<{ rows: number }[]>`select app.seal_audit(${schoolId}, ${rowsAtATime}) as rows`
        : sql<{ rows: number }[]>`select app.truncate_audit_addresses(${schoolId}) as rows`;
    });
    return done?.rows ?? 0;
  }

  return {
    async seal() {
      const schools = await database<{ schoolId: string }[]>`select school as "schoolId" from app.schools_to_seal() as school`;
      let sealed = 0;
      for (const { schoolId } of schools) {
        let rows = rowsAtATime;
        while (rows === rowsAtATime) {
          rows = await inSchool(schoolId, 'seal');
          sealed += rows;
        }
      }
      return sealed;
    },
    async noteEnds() {
      const ends = await database<{ schoolId: string; position: number; hash: string }[]>`
        select school_id as "schoolId", position, encode(hash, 'hex') as hash from app.audit_ends()`;
      for (const { schoolId, position, hash } of ends) {
        if (noted.get(schoolId) === position) continue;
        await noteChainEnd(vault, schoolId, { position, hash });
        noted.set(schoolId, position);
      }
    },
    async tidy() {
      await database`select app.add_audit_months()`;
      const schools = await database<{ schoolId: string }[]>`select school_id as "schoolId" from app.clocks()`;
      for (const { schoolId } of schools) await inSchool(schoolId, 'truncate');
      await database`select app.drop_empty_audit_months()`;
    },
  };
}
