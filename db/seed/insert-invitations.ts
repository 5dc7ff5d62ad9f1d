import type { TransactionSql } from 'postgres';
import type { Keyring } from '#server/database/crypto/keyring.ts';
import { invitationHash } from '#server/joining/joining.ts';
import { insertRows, type Row } from './insert-rows.ts';
import type { DemoSchool } from './model.ts';

/** What the office has made for parents; of their codes the hashes alone. */
export async function insertInvitations(sql: TransactionSql, keyring: Keyring, school: DemoSchool): Promise<void> {
  const office = school.adults.find(({ role }) => role === 'school_admin');
  const rows = await Promise.all(
    school.invitations.map(
      async ({ id, studentId, code, hasParentalResponsibility, issuedAt, expiresAt, used, revokedAt }): Promise<Row> => ({
        school_id: school.id,
        id,
        student_id: studentId,
        code_hash: await invitationHash(keyring, code),
        created_by: office?.id,
        created_at: issuedAt,
        expires_at: expiresAt,
        used_by: used?.by,
        used_at: used?.at,
        revoked_at: revokedAt,
        has_parental_responsibility: hasParentalResponsibility,
        is_primary_contact: false,
      }),
    ),
  );
  await insertRows(sql, 'invitations', rows);
}
