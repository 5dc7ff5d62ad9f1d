import postgres from 'postgres';
import { readChainEnd } from '#server/audit/chain-ends.ts';
import { describeBroken, verifyAudit } from '#server/audit/verify.ts';
import { listErased } from '#server/vault/erasure-ledger.ts';
import type { Vault } from '#server/vault/vault.ts';

export interface AuditReport {
  readonly lines: readonly string[];
  readonly isWhole: boolean;
}

/** Checks the audit log of every school, in one snapshot; a line a school, naming the first row that is not as it was sealed. */
export async function verifyEveryAudit(adminUrl: string, vault: Vault): Promise<AuditReport> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    const erased = await listErased(vault);
    return await sql.begin('isolation level repeatable read read only', async (transaction) => {
      await transaction`set local role studystreaks_owner`;
      const schools = await transaction<{ id: string; slug: string }[]>`
        select school.id, school.slug from schools school
        union
        -- A chain outlives whoever deletes its school.
        select distinct log.school_id, 'school ' || log.school_id from audit_log log
        where not exists (select from schools where schools.id = log.school_id)
        order by 2`;
      const lines: string[] = [];
      let isWhole = true;
      for (const { id, slug } of schools) {
        const ofSchool = new Set(erased.flatMap(({ schoolId, subjectId }) => (schoolId === id ? subjectId : [])));
        const { rows, unsealed, broken } = await verifyAudit(transaction, id, { erased: ofSchool, noted: await readChainEnd(vault, id) });
        if (broken) isWhole = false;
        lines.push(
          broken ? `✗ ${slug}: ${describeBroken(broken)}` : `✓ ${slug}: ${String(rows)} rows as sealed, ${String(unsealed)} still to seal`,
        );
      }
      return { lines, isWhole };
    });
  } finally {
    await sql.end();
  }
}
