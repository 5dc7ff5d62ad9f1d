import postgres from 'postgres';
import { replaceChainEnd } from '#server/audit/chain-ends.ts';
import { openPool } from '#server/database/connections.ts';
import type { Keyring } from '#server/database/crypto/keyring.ts';
import { createRotation } from '#server/database/crypto/rotation.ts';
import { noteEpoch, readVaultEpoch } from '#server/vault/epoch.ts';
import { listErased } from '#server/vault/erasure-ledger.ts';
import type { Vault } from '#server/vault/vault.ts';
import { must } from '#domain/must.ts';
import { roleUrl } from './roles.ts';

export interface AdoptOptions {
  readonly adminUrl: string;
  readonly secret: string;
  readonly vault: Vault;
  readonly keyring: Keyring;
}

export interface Adopted {
  readonly epoch: number;
  /** How many people of the ledger were in the restored database. */
  readonly erasedAgain: number;
  /** How many people's, and schools', retired keys open again, and are being replaced anew. */
  readonly revived: number;
}

/**
 * Takes a restored database as the one to go on with. Whoever was erased since is erased again before anybody is served; keys
 * that were retired since open again; then the epoch is raised, here and in the vault, so that every device starts anew and
 * sends what the backup does not have (S3). Stop the servers first. May be repeated where it was cut off.
 */
export async function adoptRestore({ adminUrl, secret, vault, keyring }: AdoptOptions): Promise<Adopted> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  const worker = openPool(roleUrl(adminUrl, 'background_worker', secret), 2);
  try {
    const schools = await asOwner(sql, (transaction) => transaction<{ id: string }[]>`select id from schools`);
    const known = new Set(schools.map(({ id }) => id));
    let erasedAgain = 0;
    for (const erased of await listErased(vault)) {
      await keyring.cabinet.erase(erased);
      if (known.has(erased.schoolId) && (await eraseRows(sql, erased.schoolId, erased.subjectId))) erasedAgain++;
    }

    const rotation = createRotation({ database: worker, keyring });
    let revived = 0;
    for (const schoolId of known) {
      const subjects = await keyring.cabinet.reviveSchool(schoolId);
      for (const subject of subjects) await rotation.begin(subject);
      revived += subjects.length;
    }

    const epoch = await beginEpoch(sql, vault);
    const ends = await asOwner(
      sql,
      (transaction) => transaction<{ schoolId: string; position: string | null; hash: string }[]>`
        select school.id as "schoolId", chain.position::text as position, encode(chain.hash, 'hex') as hash
        from schools school left join audit_chains chain on chain.school_id = school.id and chain.position > 0`,
    );
    for (const { schoolId, position, hash } of ends)
      await replaceChainEnd(vault, schoolId, position === null ? null : { position: Number(position), hash });
    return { epoch, erasedAgain, revived };
  } finally {
    await Promise.all([sql.end(), worker.end()]);
  }
}

async function eraseRows(sql: postgres.Sql, schoolId: string, subjectId: string): Promise<boolean> {
  const [row] = await asOwner(sql, async (transaction) => {
    await transaction`select app.enter_worker(${schoolId})`;
    return transaction<{ wasThere: boolean }[]>`select app.erase_subject(${schoolId}, ${subjectId}) as "wasThere"`;
  });
  return row?.wasThere ?? false;
}

/** Later than every epoch that was, whichever of the two knew of it. The database first: cut off in between, it is only raised once more. */
async function beginEpoch(sql: postgres.Sql, vault: Vault): Promise<number> {
  const noted = await readVaultEpoch(vault);
  const next = await asOwner(sql, async (transaction) => {
    const [standing] = await transaction<{ epoch: string; beat: string }[]>`
      select epoch::text as epoch, beat::text as beat from database_epoch for update`;
    const { epoch, beat } = must(standing, 'a migrated database has its epoch');
    const following = { epoch: Math.max(Number(epoch), noted?.epoch ?? 0) + 1, beat: Math.max(Number(beat), noted?.beat ?? 0) + 1 };
    await transaction`select app.begin_epoch(${following.epoch}, ${following.beat})`;
    return following;
  });
  await noteEpoch(vault, next);
  return next.epoch;
}

async function asOwner<Result>(sql: postgres.Sql, work: (transaction: postgres.TransactionSql) => Promise<Result>): Promise<Result> {
  const outcome = await sql.begin(async (transaction) => {
    await transaction`set local role studystreaks_owner`;
    return { result: await work(transaction) };
  });
  return outcome.result;
}
