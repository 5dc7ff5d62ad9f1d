import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { codeLength, codeLetters } from '#domain/invitations/code.ts';
import type { InvitationState } from '#domain/invitations/states.ts';
import { must } from '#domain/must.ts';
import { recordRead } from '../audit/record-read.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';
import { Problem } from '../http/problem.ts';
import { invitationHash } from '../joining/joining.ts';
import type { InvitationsAnswer, IssueBody, LettersAnswer } from './invitation-schemas.ts';
import { openNames } from './open-names.ts';

const listedAtMost = 2000;

/**
 * Security: scope before existence.
 *
 * @throws Problem `not_found` for whoever may not invite
 */
export async function requireInviting(sql: Transaction): Promise<void> {
  const [reach] = await sql<{ may: boolean | null }[]>`select app.reaches('invitation.manage', app.current_school_id()) as may`;
  if (reach?.may !== true) throw new Problem('not_found');
}

/**
 * Makes letters for these children, each with a code of its own that is told here and never again.
 *
 * @throws Problem `not_found` where one of them is out of reach or has left; then there is no letter
 */
export async function issueLetters(sql: Transaction, { schoolId }: Entered, keyring: Keyring, body: IssueBody): Promise<LettersAnswer> {
  await requireInviting(sql);
  const asked = [...new Set(body.studentIds)];
  const children = await sql<{ id: string; name: Uint8Array }[]>`
    select student.id, person.first_name_encrypted as name
    from students student
    join users person on person.school_id = student.school_id and person.id = student.id and person.status = 'active'
    where student.school_id = app.current_school_id() and student.id = any (${asked}::uuid[])
      and (student.left_on is null or student.left_on >= app.today(student.school_id))`;
  if (children.length < asked.length) throw new Problem('not_found');
  const names = await openNames(
    keyring,
    schoolId,
    children.map(({ id, name }) => ({ subjectId: id, personId: id, column: 'first_name_encrypted', sealed: name })),
  );
  const letters = await Promise.all(
    asked
      .flatMap((studentId) => Array.from({ length: body.copies }, () => studentId))
      .map(async (studentId) => {
        const code = newCode();
        return { id: uuidv7(), studentId, code, hash: (await invitationHash(keyring, code)).toString('hex') };
      }),
  );
  const [{ expiresAt } = { expiresAt: '' }] = await sql<{ expiresAt: string }[]>`
    insert into invitations (school_id, id, student_id, code_hash, has_parental_responsibility, is_primary_contact)
    select app.current_school_id(), letter.id, letter.student_id, decode(letter.hash, 'hex'), ${body.hasParentalResponsibility}, ${body.isPrimaryContact}
    from unnest(
      ${letters.map(({ id }) => id)}::uuid[], ${letters.map(({ studentId }) => studentId)}::uuid[], ${letters.map(({ hash }) => hash)}::text[]
    ) as letter (id, student_id, hash)
    returning expires_at as "expiresAt"`;
  return {
    letters: letters.map(({ id, studentId, code }) => ({
      id,
      studentId,
      code,
      firstName: must(names.get(studentId), 'a child on roll has a name'),
      expiresAt,
    })),
  };
}

interface InvitationRow {
  readonly id: string;
  readonly studentId: string;
  readonly childName: Uint8Array | null;
  readonly className: string | null;
  readonly state: InvitationState;
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly usedAt: string | null;
  readonly usedBy: string | null;
  readonly usedByName: Uint8Array | null;
  readonly revokedAt: string | null;
  readonly hasParentalResponsibility: boolean;
  readonly isPrimaryContact: boolean;
}

/**
 * The school's letters, the newest first; that they were read is recorded.
 *
 * @throws Problem `not_found` for whoever may not invite
 */
export async function listInvitations(sql: Transaction, { schoolId }: Entered, keyring: Keyring): Promise<InvitationsAnswer> {
  await requireInviting(sql);
  const [[counted], rows] = await Promise.all([
    sql<{ total: number }[]>`select count(*)::integer as total from invitations where school_id = app.current_school_id()`,
    sql<InvitationRow[]>`
      select invitation.id, invitation.student_id as "studentId", child.name_encrypted as "childName", class.name as "className",
        case
          when invitation.used_at is not null then 'used'
          when invitation.revoked_at is not null then 'revoked'
          when invitation.expires_at <= now() then 'expired'
          else 'open'
        end as state,
        invitation.created_at as "issuedAt", invitation.expires_at as "expiresAt", invitation.used_at as "usedAt",
        invitation.used_by as "usedBy", joined.name_encrypted as "usedByName", invitation.revoked_at as "revokedAt",
        invitation.has_parental_responsibility as "hasParentalResponsibility", invitation.is_primary_contact as "isPrimaryContact"
      from invitations invitation
      left join users child on child.school_id = invitation.school_id and child.id = invitation.student_id
      left join users joined on joined.school_id = invitation.school_id and joined.id = invitation.used_by
      left join lateral (
        select name from class_students member
        join classes on classes.school_id = member.school_id and classes.id = member.class_id
        where member.school_id = invitation.school_id and member.student_id = invitation.student_id and member.is_current
        order by member.from_on desc
        limit 1
      ) class on true
      where invitation.school_id = app.current_school_id()
      order by invitation.created_at desc, invitation.id desc
      limit ${listedAtMost}`,
  ]);
  await recordRead(sql, { entity: 'invitations', entityId: schoolId, subjectId: null, facts: { invitations: rows.length } });
  const names = await openNames(
    keyring,
    schoolId,
    rows.flatMap(({ studentId, childName, usedBy, usedByName }) => [
      { subjectId: studentId, personId: studentId, column: 'name_encrypted', sealed: childName },
      ...(usedBy === null ? [] : [{ subjectId: schoolId, personId: usedBy, column: 'name_encrypted', sealed: usedByName }]),
    ]),
  );
  const invitations = rows.map(({ usedBy, ...row }) => ({
    ...row,
    childName: names.get(row.studentId) ?? null,
    usedByName: usedBy === null ? null : (names.get(usedBy) ?? null),
  }));
  return { invitations, total: counted?.total ?? 0 };
}

/**
 * Ends letters that nobody has used. One that is over already stays as it is.
 *
 * @throws Problem `not_found` where one is not the school's, or for whoever may not invite; then none ends
 */
export async function revokeInvitations(sql: Transaction, ids: readonly string[]): Promise<void> {
  await requireInviting(sql);
  const asked = [...new Set(ids)];
  const found = await sql`
    select from invitations where school_id = app.current_school_id() and id = any (${asked}::uuid[]) for no key update`;
  if (found.length < asked.length) throw new Problem('not_found');
  await sql`
    update invitations set revoked_at = now()
    where school_id = app.current_school_id() and id = any (${asked}::uuid[]) and used_at is null and revoked_at is null`;
}

function newCode(): string {
  return Array.from({ length: codeLength }, () => codeLetters[randomInt(codeLetters.length)] ?? '').join('');
}
