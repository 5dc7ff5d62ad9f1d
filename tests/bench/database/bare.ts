import type { Sql } from 'postgres';
import type { Keyring, SubjectCipher } from '#server/database/crypto/keyring.ts';

/** What is written is the words themselves. */
const plain: SubjectCipher = {
  encrypt: (_cell, text) => Buffer.from(text),
  decrypt: (_cell, bytes) => Buffer.from(bytes).toString(),
};

/** The same keyring that seals nothing: neither keys nor ciphers are ever asked for. */
export function withoutEncryption(keyring: Keyring): Keyring {
  const subjects = (subjectIds: readonly string[]) => new Map(subjectIds.map((id) => [id, plain]));
  return {
    ...keyring,
    ensureSubjects: () => Promise.resolve(),
    subjects: (_schoolId, subjectIds) => Promise.resolve(subjects(subjectIds)),
    opening: (_schoolId, subjectIds, work) => Promise.resolve(work(subjects(subjectIds), false)),
  };
}

/** Takes row level security and the audit's triggers from every table, or gives them back. */
export async function setBare(sql: Sql, isBare: boolean): Promise<void> {
  const tables = await sql<{ name: string; audits: string[] }[]>`
    select c.relname as name, array(
      select t.tgname from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgname like '%audit%'
    )::text[] as audits
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and (c.relrowsecurity or c.relname in (select tablename from pg_policies where schemaname = 'public'))`;
  await sql.begin(async (transaction) => {
    for (const { name, audits } of tables) {
      if (isBare) await transaction`alter table ${transaction(name)} disable row level security`;
      else await transaction`alter table ${transaction(name)} enable row level security`;
      for (const audit of audits) {
        if (isBare) await transaction`alter table ${transaction(name)} disable trigger ${transaction(audit)}`;
        else await transaction`alter table ${transaction(name)} enable trigger ${transaction(audit)}`;
      }
    }
  });
}
