import type { Keyring } from '../database/crypto/keyring.ts';
import { recordRead } from '../audit/record-read.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';
import { Problem } from '../http/problem.ts';
import type { ChildrenAnswer } from './invitation-schemas.ts';
import { requireInviting } from './invitations.ts';
import { openNames } from './open-names.ts';

interface ChildRow {
  readonly studentId: string;
  readonly name: Uint8Array;
  readonly avatar: string;
  readonly openLetters: number;
}
interface GuardianRow {
  readonly guardianshipId: string;
  readonly studentId: string;
  readonly parentId: string;
  readonly name: Uint8Array | null;
  readonly relationship: string;
  readonly hasParentalResponsibility: boolean;
  readonly isPrimaryContact: boolean;
}

/**
 * The children of a class, each with the adults who belong to them today and the letters that are still out; that they were read is
 * recorded.
 *
 * @throws Problem `not_found` where the class is out of reach, or for whoever may not invite
 */
export async function childrenOfClass(sql: Transaction, { schoolId }: Entered, keyring: Keyring, classId: string): Promise<ChildrenAnswer> {
  await requireInviting(sql);
  const [reached] = await sql<{ isReached: boolean | null }[]>`select app.reaches('class_staff.read', ${classId}) as "isReached"`;
  if (reached?.isReached !== true) throw new Problem('not_found');
  const [rows, guardians] = await Promise.all([
    sql<ChildRow[]>`
      select student.id as "studentId", person.name_encrypted as name, student.avatar,
        (
          select count(*)::integer from invitations invitation
          where invitation.school_id = student.school_id and invitation.student_id = student.id and invitation.used_at is null
            and invitation.revoked_at is null and invitation.expires_at > now()
        ) as "openLetters"
      from class_students member
      join students student on student.school_id = member.school_id and student.id = member.student_id
      join users person on person.school_id = student.school_id and person.id = student.id and person.status = 'active'
      where member.school_id = app.current_school_id() and member.class_id = ${classId} and member.is_current
        and (student.left_on is null or student.left_on >= app.today(student.school_id))`,
    sql<GuardianRow[]>`
      select link.id as "guardianshipId", link.student_id as "studentId", link.parent_id as "parentId", parent.name_encrypted as name,
        link.relationship, link.has_parental_responsibility as "hasParentalResponsibility", link.is_primary_contact as "isPrimaryContact"
      from class_students member
      join parent_students link on link.school_id = member.school_id and link.student_id = member.student_id and link.is_current
      left join users parent on parent.school_id = link.school_id and parent.id = link.parent_id
      where member.school_id = app.current_school_id() and member.class_id = ${classId} and member.is_current
      order by link.is_primary_contact desc, link.created_at, link.id`,
  ]);
  await recordRead(sql, {
    entity: 'guardians',
    entityId: classId,
    subjectId: null,
    facts: { children: rows.length, guardians: guardians.length },
  });
  const names = await openNames(keyring, schoolId, [
    ...rows.map(({ studentId, name }) => ({ subjectId: studentId, personId: studentId, column: 'name_encrypted', sealed: name })),
    ...guardians.map(({ parentId, name }) => ({ subjectId: schoolId, personId: parentId, column: 'name_encrypted', sealed: name })),
  ]);
  const children = rows.flatMap(({ studentId, avatar, openLetters }) => {
    const name = names.get(studentId);
    if (name === undefined) return [];
    const own = guardians
      .filter((guardian) => guardian.studentId === studentId)
      .map(({ guardianshipId, parentId, relationship, hasParentalResponsibility, isPrimaryContact }) => ({
        guardianshipId,
        name: names.get(parentId) ?? null,
        relationship,
        hasParentalResponsibility,
        isPrimaryContact,
      }));
    return [{ studentId, name, avatar, openLetters, guardians: own }];
  });
  return { children: children.toSorted((one, other) => one.name.localeCompare(other.name, 'en-GB')) };
}

/**
 * Ends an adult's link with a child, from today on; the account stays, and so do its other children.
 *
 * @throws Problem `not_found` where there is no such link today, or for whoever may not invite
 */
export async function endGuardianship(sql: Transaction, id: string): Promise<void> {
  await requireInviting(sql);
  const ended = await sql`
    update parent_students set until_on = app.today(school_id) - 1
    where school_id = app.current_school_id() and id = ${id} and (until_on is null or until_on >= app.today(school_id))
    returning id`;
  if (ended.length === 0) throw new Problem('not_found');
}
