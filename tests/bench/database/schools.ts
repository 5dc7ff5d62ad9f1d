import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { newToken, tokenToSessionId } from '#server/auth/session-cookie.ts';
import type { Keyring } from '#server/database/crypto/keyring.ts';

/** A school with somebody to ask: a teacher of two classes, and an office that reaches every child. */
export interface MeasuredSchool {
  readonly id: string;
  readonly clubId: string;
  /** The teacher's children. */
  readonly studentIds: readonly string[];
  readonly teacherSession: string;
  readonly adminSession: string;
}

const classSize = 30;
const classesOfTeacher = 2;
const words = 'First I read two chapters of my book out loud to my grandma and she asked me what I thought would happen next. ';

/** An empty school with one club. */
export async function newSchool(sql: Sql): Promise<{ id: string; clubId: string }> {
  const [id, clubId] = [randomUUID(), randomUUID()];
  await sql`insert into schools (id, name, slug, slug_hash) values (${id}, 'Measured', ${`measured-${id}`}, ${randomBytes(16)})`;
  await sql`insert into clubs (school_id, id, subject, name, icon, colour, year_groups, strands)
    values (${id}, ${clubId}, 'english', 'English', 'book', '#2f6f4f', '{4}', '{}')`;
  return { id, clubId };
}

/** People and rights through the triggers, as always; `completions` pieces of the teacher's children, sealed by `keyring`. */
export async function addMeasuredSchool(
  sql: Sql,
  keyring: Keyring,
  { students, completions }: { readonly students: number; readonly completions: number },
): Promise<MeasuredSchool> {
  const { id, clubId } = await newSchool(sql);
  const studentIds = Array.from({ length: students }, () => randomUUID());
  const classIds = Array.from({ length: Math.ceil(students / classSize) }, () => randomUUID());
  const [teacher, admin] = [randomUUID(), randomUUID()];
  await keyring.ensureSubjects(id, studentIds);
  await sql.begin(async (transaction) => {
    await transaction`
      insert into users (school_id, id, kind, name_encrypted, first_name_encrypted)
      select ${id}, id, 'student', '\\x00', '\\x00' from unnest(${studentIds}::uuid[]) as id`;
    await transaction`
      insert into users (school_id, id, kind, name_encrypted)
      values (${id}, ${teacher}, 'teacher', '\\x00'), (${id}, ${admin}, 'admin', '\\x00')`;
    await transaction`
      insert into students (school_id, id, year_group, started_on) select ${id}, id, '4', '2026-01-01' from unnest(${studentIds}::uuid[]) as id`;
    await transaction`insert into teachers (school_id, id) values (${id}, ${teacher})`;
    await transaction`insert into school_admins (school_id, id) values (${id}, ${admin})`;
    await transaction`
      insert into classes (school_id, id, name, code_hash, academic_year, year_groups, weekly_target)
      select ${id}, class_id, 'Class', uuid_send(class_id), '2026/27', '{4}', 4 from unnest(${classIds}::uuid[]) as class_id`;
    await transaction`
      insert into class_students (school_id, id, class_id, student_id, from_on)
      select ${id}, gen_random_uuid(), (${classIds}::uuid[])[1 + (position - 1) / ${classSize}], student_id, '2026-01-01'
      from unnest(${studentIds}::uuid[]) with ordinality as member (student_id, position)`;
    await transaction`
      insert into teacher_classes (school_id, id, class_id, teacher_id, from_on)
      select ${id}, gen_random_uuid(), class_id, ${teacher}, '2026-01-01' from unnest(${classIds.slice(0, classesOfTeacher)}::uuid[]) as class_id`;
    await transaction`
      insert into user_roles (school_id, id, user_id, role_id)
      select ${id}, gen_random_uuid(), person.id, roles.id from users person
      join roles on roles.school_id = ${id} and roles.name = person.kind
      where person.school_id = ${id} and person.kind in ('student', 'teacher')`;
    await transaction`
      insert into user_roles (school_id, id, user_id, role_id, scope_kind, scope_target)
      select ${id}, gen_random_uuid(), ${admin}, id, 'school', ${id} from roles where school_id = ${id} and name = 'school_admin'`;
  });
  const teachers = studentIds.slice(0, classesOfTeacher * classSize);
  await addCompletions(sql, keyring, { id, clubId, studentIds: teachers }, completions);
  return {
    id,
    clubId,
    studentIds: teachers,
    teacherSession: (await openSession(sql, id, teacher)).sessionId,
    adminSession: (await openSession(sql, id, admin)).sessionId,
  };
}

async function addCompletions(
  sql: Sql,
  keyring: Keyring,
  { id: schoolId, clubId, studentIds }: Pick<MeasuredSchool, 'id' | 'clubId' | 'studentIds'>,
  count: number,
): Promise<void> {
  const ciphers = await keyring.subjects(schoolId, studentIds);
  for (let from = 0; from < count; from += 1000) {
    const rows = Array.from({ length: Math.min(1000, count - from) }, (_, number) => {
      const id = randomUUID();
      const studentId = studentIds[number % studentIds.length] ?? '';
      const cell = { table: 'homework_completions', column: 'written_work_encrypted', row: id };
      return {
        school_id: schoolId,
        id,
        student_id: studentId,
        club_id: clubId,
        completion_date: '2026-09-15',
        evidence_kind: 'written',
        written_work_encrypted: ciphers.get(studentId)?.encrypt(cell, words) ?? null,
        captured_at: '2026-09-15T16:00:00Z',
        logged_by: 'child',
        received_at: '2026-09-15T16:00:00Z',
        effective_date: '2026-09-15',
        status: 'submitted',
      };
    });
    await sql.begin(async (transaction) => {
      await transaction`set local role studystreaks_owner`;
      await transaction`insert into homework_completions ${transaction(rows)}`;
    });
  }
}

/** Schools of `completionsEach` that nobody asks for, past triggers and checks: they are there to be passed by. */
export async function addOtherSchools(sql: Sql, count: number, completionsEach: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const id = randomUUID();
    await sql.begin(async (transaction) => {
      await transaction`set local session_replication_role = replica`;
      await transaction`insert into schools (id, name, slug, slug_hash) values (${id}, 'Other', ${`other-${id}`}, ${randomBytes(16)})`;
      await transaction`insert into school_clock (school_id, version) values (${id}, ${completionsEach})`;
      await transaction`
        insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, written_work_encrypted,
          captured_at, logged_by, received_at, effective_date, status)
        select ${id}, gen_random_uuid(), md5(${id} || (piece % 420))::uuid, md5(${id} || 'club')::uuid, date '2026-09-01' + (piece % 80), 'written',
          ${randomBytes(160)}, now(), 'child', now(), date '2026-09-01' + (piece % 80), 'approved'
        from generate_series(1, ${completionsEach}::integer) as piece`;
      await transaction`
        insert into sync_index (school_id, collection, document_id, audience, scope_id, version, created_version, is_deleted)
        select school_id, 'completions', id, 'student', student_id, row_number() over (), row_number() over (), false
        from homework_completions where school_id = ${id}`;
    });
  }
  await sql`vacuum analyze`;
}

/** A session without a sign-in: those take the time that a slow hash is meant to take. */
export async function openSession(sql: Sql, schoolId: string, userId: string): Promise<{ token: string; sessionId: string }> {
  const token = newToken();
  const sessionId = tokenToSessionId(token);
  await sql`select app.create_session(${schoolId}, ${sessionId}, ${userId}, null, now() + interval '1 day', now() + interval '1 day')`;
  return { token, sessionId };
}
