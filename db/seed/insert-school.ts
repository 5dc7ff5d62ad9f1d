import type { TransactionSql } from 'postgres';
import { must } from '#domain/must.ts';
import type { PictureVerifier } from '#domain/picture-codes/verifier.ts';
import type { Keyring, SubjectCipher } from '#server/database/crypto/keyring.ts';
import type { SealedFiles } from '#server/evidence/sealed-files.ts';
import { insertBadges } from './insert-badges.ts';
import { insertBuddies } from './insert-buddies.ts';
import { insertConsents } from './insert-consents.ts';
import { insertChildRequests } from './insert-child-requests.ts';
import { insertFlags } from './insert-flags.ts';
import { insertHomework } from './insert-homework.ts';
import { insertInvitations } from './insert-invitations.ts';
import { insertRows, type Row } from './insert-rows.ts';
import { insertVoice, spokenReview } from './insert-voice.ts';
import { timeZone } from './local-time.ts';
import type { Adult, Child, DemoSchool } from './model.ts';
import { foundedAt, seedId } from './seed-id.ts';

/** What a picture code is checked by: by the server, and by class devices. */
interface PictureSecrets {
  readonly hash: string;
  readonly verifier: PictureVerifier;
}

/** Slow hashes, made once: every adult has the demo password, and the children share a few picture codes with their salts. */
export interface SecretHashes {
  readonly password: string;
  readonly pictures: ReadonlyMap<string, PictureSecrets>;
}

/**
 * Writes a whole school in the transaction of `sql`, which acts as the owner; what is personal is encrypted from the first row.
 *
 * @param files where recordings lie; null where there is nowhere, and then there are none
 */
export async function insertSchool(
  sql: TransactionSql,
  keyring: Keyring,
  school: DemoSchool,
  hashes: SecretHashes,
  files: SealedFiles | null,
): Promise<void> {
  const schoolCipher = await keyring.subject(school.id, school.id);
  const childCiphers = await keyring.subjects(
    school.id,
    school.children.map((child) => child.id),
  );
  const cipherOf = (studentId: string): SubjectCipher => must(childCiphers.get(studentId), 'every child has a key before any row');

  await insertRows(sql, 'schools', [
    {
      id: school.id,
      name: school.name,
      slug: school.slug,
      slug_hash: await keyring.lookupHash('school_slug', school.slug),
      urn: school.urn,
      dfe_number: school.dfeNumber,
      nation: 'england',
      time_zone: timeZone,
      colour: school.colour,
      leaderboard: school.leaderboard,
      status: 'active',
      picture_sign_in_anywhere: true,
      has_buddy_groups: school.buddyGroups.length > 0,
    },
  ]);
  await insertWorld(sql, school);
  await insertAdults(sql, keyring, school, schoolCipher, hashes);
  await insertClasses(sql, keyring, school);
  await insertChildren(sql, keyring, school, cipherOf, hashes);
  await insertRelations(sql, school);
  await insertRoles(sql, school);
  const spoken = files && spokenReview(school);
  await insertHomework(sql, school, cipherOf, spoken);
  await insertChildRequests(sql, school);
  await rememberWhoCame(sql, school);
  await insertFlags(sql, school, cipherOf);
  await insertConsents(sql, school);
  await insertInvitations(sql, keyring, school);
  await insertBuddies(sql, school);
  await insertBadges(sql, school);
  await dueOnce(sql, school);
  // Last: what fails before leaves no file behind.
  if (files && spoken) await insertVoice(sql, school, files, spoken);
}

/** Whoever has logged homework was there when it came. */
async function rememberWhoCame(sql: TransactionSql, school: DemoSchool): Promise<void> {
  await sql`
    update users set last_seen_at = came.at
    from (
      select logged_by_user_id as id, max(received_at) as at from homework_completions
      where school_id = ${school.id} group by logged_by_user_id) came
    where users.school_id = ${school.id} and users.id = came.id`;
}

/** Triggers have queued each child once a row; once is enough. */
async function dueOnce(sql: TransactionSql, school: DemoSchool): Promise<void> {
  await sql`delete from derivations_due where school_id = ${school.id}`;
  await sql`insert into derivations_due (school_id, student_id) select school_id, id from students where school_id = ${school.id}`;
}

async function insertWorld(sql: TransactionSql, school: DemoSchool): Promise<void> {
  const own = { school_id: school.id };
  await insertRows(
    sql,
    'school_calendar',
    school.calendar.map(({ id, reason, name, from, until }) => ({ ...own, id, reason, name, from_on: from, until_on: until })),
  );
  await insertRows(
    sql,
    'clubs',
    school.clubs.map(({ id, subject, name, icon, colour, strands }) => ({
      ...own,
      id,
      subject,
      name,
      icon,
      colour,
      year_groups: ['R', '1', '2', '3', '4', '5', '6'],
      strands: [...strands],
      is_active: true,
    })),
  );
  await insertRows(
    sql,
    'club_levels',
    school.clubs.flatMap((club) =>
      club.levels.map(({ id, number, name, stage }) => ({ ...own, id, club_id: club.id, number, name, stage })),
    ),
  );
}

async function insertAdults(
  sql: TransactionSql,
  keyring: Keyring,
  school: DemoSchool,
  cipher: SubjectCipher,
  hashes: SecretHashes,
): Promise<void> {
  const own = { school_id: school.id };
  const users = await Promise.all(
    school.adults.map(async ({ id, kind, name, email }): Promise<Row> => ({
      ...own,
      id,
      kind,
      status: 'active',
      name_encrypted: cipher.encrypt({ table: 'users', column: 'name_encrypted', row: id }, name),
      email_encrypted: cipher.encrypt({ table: 'users', column: 'email_encrypted', row: id }, email),
      email_index: await keyring.blindIndex(school.id, 'email', email),
    })),
  );
  await insertRows(sql, 'users', users);
  await insertRows(
    sql,
    'credentials',
    school.adults.map(({ id }) => ({ ...own, user_id: id, password_hash: hashes.password })),
  );
  const ofKind = (kind: Adult['kind']): readonly Adult[] => school.adults.filter((adult) => adult.kind === kind);
  await insertRows(
    sql,
    'teachers',
    ofKind('teacher').map(({ id, title }) => ({ ...own, id, title })),
  );
  await insertRows(
    sql,
    'parents',
    ofKind('parent').map(({ id }) => ({ ...own, id })),
  );
  await insertRows(
    sql,
    'school_admins',
    ofKind('admin').map(({ id, jobTitle }) => ({ ...own, id, job_title: jobTitle })),
  );
}

async function insertClasses(sql: TransactionSql, keyring: Keyring, school: DemoSchool): Promise<void> {
  const rows = await Promise.all(
    school.classes.map(async ({ id, name, code, academicYear, yearGroup, weeklyTarget }): Promise<Row> => ({
      school_id: school.id,
      id,
      name,
      code_hash: await keyring.lookupHash('class_code', code),
      academic_year: academicYear,
      year_groups: [yearGroup],
      weekly_target: weeklyTarget,
    })),
  );
  await insertRows(sql, 'classes', rows);
}

async function insertChildren(
  sql: TransactionSql,
  keyring: Keyring,
  school: DemoSchool,
  cipherOf: (studentId: string) => SubjectCipher,
  hashes: SecretHashes,
): Promise<void> {
  const own = { school_id: school.id };
  const encrypted = (child: Child, table: string, column: string, text: string): Buffer =>
    cipherOf(child.id).encrypt({ table, column, row: child.id }, text);
  await insertRows(
    sql,
    'users',
    school.children.map((child) => ({
      ...own,
      id: child.id,
      kind: 'student',
      status: 'active',
      name_encrypted: encrypted(child, 'users', 'name_encrypted', `${child.firstName} ${child.surname}`),
      first_name_encrypted: encrypted(child, 'users', 'first_name_encrypted', child.firstName),
    })),
  );
  const credentials = await Promise.all(
    school.children.map(async (child): Promise<Row> => {
      const { hash, verifier } = must(hashes.pictures.get(child.pictures), 'every picture code was hashed');
      return {
        ...own,
        user_id: child.id,
        picture_code_hash: hash,
        picture_verifier_encrypted: encrypted(child, 'credentials', 'picture_verifier_encrypted', JSON.stringify(verifier)),
        login_index: await keyring.blindIndex(school.id, 'login', `${child.classId}|${child.loginName}`),
        login_name_encrypted: encrypted(child, 'credentials', 'login_name_encrypted', child.loginName),
      };
    }),
  );
  await insertRows(sql, 'credentials', credentials);
  await insertRows(
    sql,
    'students',
    school.children.map(({ id, yearGroup, startedOn, avatar, showsOnBoards }) => ({
      ...own,
      id,
      year_group: yearGroup,
      started_on: startedOn,
      avatar,
      shows_on_boards: showsOnBoards,
    })),
  );
}

async function insertRelations(sql: TransactionSql, school: DemoSchool): Promise<void> {
  const own = { school_id: school.id, from_on: school.from };
  await insertRows(
    sql,
    'class_students',
    school.children.map(({ membershipId, classId, id }) => ({ ...own, id: membershipId, class_id: classId, student_id: id })),
  );
  await insertRows(
    sql,
    'teacher_classes',
    school.classes.flatMap((one) =>
      one.staff.map(({ id, teacherId, isLead }) => ({
        ...own,
        id,
        class_id: one.id,
        teacher_id: teacherId,
        is_lead: isLead,
        is_active: true,
      })),
    ),
  );
  await insertRows(
    sql,
    'parent_students',
    school.guardianships.map(({ id, parentId, studentId, relationship, isPrimaryContact, hasParentalResponsibility }) => ({
      ...own,
      id,
      parent_id: parentId,
      student_id: studentId,
      relationship,
      is_primary_contact: isPrimaryContact,
      has_parental_responsibility: hasParentalResponsibility,
    })),
  );
}

/** The role of each person, of those that every school begins with. */
async function insertRoles(sql: TransactionSql, school: DemoSchool): Promise<void> {
  const roles = await sql<{ id: string; name: string }[]>`select id, name from roles where school_id = ${school.id}`;
  const roleId = (name: string): string =>
    must(
      roles.find((role) => role.name === name),
      `a school begins with the role ${name}`,
    ).id;
  const people = [...school.adults, ...school.children.map(({ id }) => ({ id, kind: 'student' as const, role: 'student' as const }))];
  const roleIds = new Map(people.map(({ role }) => [role, roleId(role)]));
  await insertRows(
    sql,
    'user_roles',
    people.map(({ id, kind, role }) => ({
      school_id: school.id,
      id: seedId(foundedAt, school.slug, 'user role', id),
      user_id: id,
      role_id: roleIds.get(role),
      scope_kind: kind === 'admin' ? 'school' : null,
      scope_target: kind === 'admin' ? school.id : null,
    })),
  );
}
