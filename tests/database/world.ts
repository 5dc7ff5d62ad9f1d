import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { inject } from 'vitest';
import { roleUrl, type DatabaseRole } from '#db/roles.ts';
import { createTestDatabase, type TestCluster } from '#db/testing.ts';
import type { UserKind } from '#domain/permissions/roles.ts';

/** Versions come as numbers, days as text. */
const types = {
  bigint: { to: 20, from: [20], serialize: String, parse: Number },
  date: { to: 1082, from: [1082], serialize: (day: string) => day, parse: (day: string) => day },
};
export type Sql = postgres.Sql<{ bigint: number; date: string }>;
export type Transaction = postgres.TransactionSql<{ bigint: number; date: string }>;

export interface Person {
  readonly schoolId: string;
  readonly id: string;
  readonly kind: UserKind;
  /** A live session of theirs. */
  readonly session: string;
}

export interface Days {
  readonly from?: string;
  readonly until?: string;
}

const roleOfKind: Record<UserKind, string> = {
  student: 'student',
  parent: 'parent',
  teacher: 'teacher',
  admin: 'school_admin',
  device: 'class_device',
};

/** Roles whose reach comes from no relation. */
function isForWholeSchool(kind: UserKind, role: string): boolean {
  return kind === 'admin' || role === 'data_protection_lead' || role === 'safeguarding_lead';
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A database of its own with ways to people it: rows are written by the superuser, read and written through the roles. */
export async function openWorld(cluster: TestCluster = inject('postgres')) {
  const database = await createTestDatabase(cluster);
  const connect = (url: string, max: number): Sql => postgres(url, { max, types, onnotice: () => undefined });
  const sql = connect(database.adminUrl, 4);
  const pools = new Map<DatabaseRole, Sql>();

  function pool(role: DatabaseRole): Sql {
    const open = pools.get(role) ?? connect(roleUrl(database.adminUrl, role, database.secret), 4);
    pools.set(role, open);
    return open;
  }

  async function addSchool(slug: string = `school-${randomUUID()}`): Promise<string> {
    const id = randomUUID();
    await sql`insert into schools (id, name, slug, slug_hash) values (${id}, ${slug}, ${slug}, ${randomBytes(16)})`;
    return id;
  }

  async function addPerson(schoolId: string, kind: UserKind, role: string | null = roleOfKind[kind]): Promise<Person> {
    const id = randomUUID();
    const session = randomBytes(32).toString('hex');
    await sql.begin(async (transaction) => {
      await transaction`
        insert into users (school_id, id, kind, name_encrypted, first_name_encrypted)
        values (${schoolId}, ${id}, ${kind}, ${randomBytes(8)}, ${kind === 'student' ? randomBytes(8) : null})`;
      await addProfile(transaction, schoolId, id, kind);
      await transaction`insert into credentials (school_id, user_id, password_hash) values (${schoolId}, ${id}, 'hash')`;
      if (role !== null)
        await giveRole(schoolId, id, role, isForWholeSchool(kind, role) ? { kind: 'school', target: schoolId } : undefined, transaction);
      await transaction`select app.create_session(${schoolId}, ${session}, ${id}, null, now() + interval '1 day', now() + interval '1 day')`;
    });
    return { schoolId, id, kind, session };
  }

  async function giveRole(
    schoolId: string,
    userId: string,
    role: string,
    scope?: { kind: 'school' | 'class' | 'student'; target: string },
    connection: Sql | Transaction = sql,
    valid: { from?: Date; until?: Date } = {},
  ): Promise<string> {
    const id = randomUUID();
    await connection`
      insert into user_roles (school_id, id, user_id, role_id, scope_kind, scope_target, valid_from, valid_until)
      select ${schoolId}, ${id}, ${userId}, id, ${scope?.kind ?? null}, ${scope?.target ?? null}, ${valid.from ?? null}, ${valid.until ?? null}
      from roles where school_id = ${schoolId} and name = ${role}`;
    return id;
  }

  async function addClass(schoolId: string): Promise<string> {
    const id = randomUUID();
    await sql`
      insert into classes (school_id, id, name, code_hash, academic_year, year_groups, weekly_target)
      values (${schoolId}, ${id}, '4 Willow', ${randomBytes(16)}, '2026/27', '{4}', 4)`;
    return id;
  }

  async function joinClass(student: Person, classId: string, days: Days = {}): Promise<string> {
    const id = randomUUID();
    await sql`
      insert into class_students (school_id, id, class_id, student_id, from_on, until_on)
      values (${student.schoolId}, ${id}, ${classId}, ${student.id}, ${days.from ?? '2026-01-01'}, ${days.until ?? null})`;
    return id;
  }

  async function teach(teacher: Person, classId: string, days: Days = {}): Promise<string> {
    const id = randomUUID();
    await sql`
      insert into teacher_classes (school_id, id, class_id, teacher_id, from_on, until_on)
      values (${teacher.schoolId}, ${id}, ${classId}, ${teacher.id}, ${days.from ?? '2026-01-01'}, ${days.until ?? null})`;
    return id;
  }

  async function addGuardianship(parent: Person, student: Person, days: Days = {}): Promise<string> {
    const id = randomUUID();
    await sql`
      insert into parent_students (school_id, id, parent_id, student_id, relationship, from_on, until_on)
      values (${student.schoolId}, ${id}, ${parent.id}, ${student.id}, 'mother', ${days.from ?? '2026-01-01'}, ${days.until ?? null})`;
    return id;
  }

  /** A decision of a guardian, who becomes one by it. */
  async function giveConsent(
    student: Person,
    purpose: string,
    guardian?: Person,
    decision: 'given' | 'withdrawn' = 'given',
  ): Promise<Person> {
    const parent = guardian ?? (await addPerson(student.schoolId, 'parent'));
    const [link] = await sql`select from parent_students where parent_id = ${parent.id} and student_id = ${student.id}`;
    if (!link) await addGuardianship(parent, student);
    await sql`
      insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision, decided_at)
      values (${student.schoolId}, ${randomUUID()}, ${student.id}, ${parent.id}, ${purpose}, 1, ${decision}, clock_timestamp())`;
    return parent;
  }

  async function addClub(schoolId: string): Promise<string> {
    const id = randomUUID();
    await sql`
      insert into clubs (school_id, id, subject, name, icon, colour, year_groups, strands)
      values (${schoolId}, ${id}, 'mathematics', 'Maths', 'sum', 'blue', '{4}', '{number}')`;
    return id;
  }

  async function addTask(
    schoolId: string,
    clubId: string,
    setBy: Person,
    target: { classId: string } | { studentId: string },
  ): Promise<string> {
    const id = randomUUID();
    await sql`
      insert into homework_tasks (school_id, id, club_id, class_id, student_id, task_group_id, title, evidence_kinds, opens_on, due_on, set_by)
      values (${schoolId}, ${id}, ${clubId}, ${'classId' in target ? target.classId : null}, ${'studentId' in target ? target.studentId : null},
        ${randomUUID()}, 'Times tables', '{written}', '2026-01-05', '2026-01-09', ${setBy.id})`;
    return id;
  }

  async function addCompletion(student: Person, clubId: string, connection: Sql | Transaction = sql): Promise<string> {
    const id = randomUUID();
    await connection`
      insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, written_work_encrypted, captured_at)
      values (${student.schoolId}, ${id}, ${student.id}, ${clubId}, '2026-01-08', 'written', ${randomBytes(8)}, now())`;
    return id;
  }

  async function addReview(teacher: Person, student: Person, completionId: string, connection: Sql | Transaction = sql): Promise<string> {
    const id = randomUUID();
    await connection`
      insert into completion_reviews (school_id, id, completion_id, student_id, reviewer_id, verdict, captured_at)
      values (${student.schoolId}, ${id}, ${completionId}, ${student.id}, ${teacher.id}, 'approved', now())`;
    return id;
  }

  /** Does `work` as a request of this person: through the one door, under row level security. */
  async function as<Result>(person: Person, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const outcome = await pool('authenticated_user').begin(async (transaction) => {
      await transaction`select app.enter(${person.session})`;
      return { result: await work(transaction) };
    });
    return outcome.result;
  }

  /** Does `work` as a job of one school. */
  async function asWorker<Result>(schoolId: string, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const outcome = await pool('background_worker').begin(async (transaction) => {
      await transaction`select app.enter_worker(${schoolId})`;
      return { result: await work(transaction) };
    });
    return outcome.result;
  }

  async function versionOf(schoolId: string): Promise<number> {
    const [clock] = await sql<{ version: number }[]>`select version from school_clock where school_id = ${schoolId}`;
    return clock?.version ?? 0;
  }

  /** Seals all that the school's log holds; waits for older transactions of other tests, under which nothing is sealed yet. */
  async function seal(schoolId: string): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      await asWorker(schoolId, (transaction) => transaction`select app.seal_audit(${schoolId})`);
      const [left] = await sql`
        select 1 from audit_log log where school_id = ${schoolId} and not exists (
          select from audit_seals seal
          where seal.school_id = log.school_id and seal.transaction_id = log.transaction_id and seal.id = log.id)
        limit 1`;
      if (!left) return;
      await sleep(50);
    }
    throw new Error('The log was not sealed in time');
  }

  async function close(): Promise<void> {
    await Promise.all([sql, ...pools.values()].map((open) => open.end({ timeout: 2 })));
    await database.drop();
  }

  return {
    ...{ sql, pool, adminUrl: database.adminUrl, secret: database.secret },
    ...{
      addSchool,
      addPerson,
      giveRole,
      addClass,
      joinClass,
      teach,
      addGuardianship,
      giveConsent,
      addClub,
      addTask,
      addCompletion,
      addReview,
    },
    ...{ as, asWorker, versionOf, seal, close },
  };
}

async function addProfile(sql: Transaction, schoolId: string, id: string, kind: UserKind): Promise<void> {
  switch (kind) {
    case 'student':
      await sql`insert into students (school_id, id, year_group, started_on) values (${schoolId}, ${id}, '4', '2025-09-01')`;
      return;
    case 'parent':
      await sql`insert into parents (school_id, id) values (${schoolId}, ${id})`;
      return;
    case 'teacher':
      await sql`insert into teachers (school_id, id) values (${schoolId}, ${id})`;
      return;
    case 'admin':
      await sql`insert into school_admins (school_id, id) values (${schoolId}, ${id})`;
      return;
    case 'device':
  }
}
