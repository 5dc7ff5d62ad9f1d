import type postgres from 'postgres';
import { must } from '#domain/must.ts';
import type { DatabaseRole } from '#db/roles.ts';
import type { Person, Transaction, World } from '../world.ts';
import { fillEmptyTables } from './fill.ts';

export interface School {
  readonly id: string;
  readonly teacher: Person;
  readonly student: Person;
  readonly parent: Person;
  readonly admin: Person;
  readonly clubId: string;
  readonly completionId: string;
}

/** Ways to act on a database. What is done is taken back, so that the tests of the wall leave nothing behind. */
export interface Actors {
  /** As a request of this person. */
  as<Result>(person: Person, work: (sql: Transaction) => Promise<Result>): Promise<Result>;
  /** As a job (or the auditor) of one school. */
  asJob<Result>(schoolId: string, work: (sql: Transaction) => Promise<Result>, role?: DatabaseRole): Promise<Result>;
  /** As a role that has entered nothing. */
  asStranger<Result>(role: DatabaseRole | 'studystreaks_owner', work: (sql: Transaction) => Promise<Result>): Promise<Result>;
  /** As the superuser, past all policies. */
  asSuperuser<Result>(work: (sql: Transaction) => Promise<Result>): Promise<Result>;
}

/** Two schools with a row in every table each. */
export interface Scene extends Actors {
  readonly own: School;
  readonly other: School;
}

export async function peopleSchool(world: World): Promise<School> {
  const id = await world.addSchool();
  const teacher = await world.addPerson(id, 'teacher');
  const student = await world.addPerson(id, 'student');
  const parent = await world.addPerson(id, 'parent');
  const admin = await world.addPerson(id, 'admin');
  const classId = await world.addClass(id);
  await world.teach(teacher, classId);
  await world.joinClass(student, classId);
  const guardianshipId = await world.addGuardianship(parent, student);
  const clubId = await world.addClub(id);
  await world.addTask(id, clubId, teacher, { classId });
  const completionId = await world.addCompletion(student, clubId);
  await world.addReview(teacher, student, completionId);
  await fillEmptyTables(world.sql, id, {
    student_id: student.id,
    parent_id: parent.id,
    guardian_id: parent.id,
    teacher_id: teacher.id,
    user_id: teacher.id,
    class_id: classId,
    guardianship_id: guardianshipId,
    completion_id: completionId,
    scope_id: student.id,
  });
  return { id, teacher, student, parent, admin, clubId, completionId };
}

/** Acts through the real pools, each role with its own sign-in. */
export function throughPools(world: World): Actors {
  const asSuperuser: Actors['asSuperuser'] = (work) => takingBack((inside) => world.sql.begin(inside), work);
  const asRole = <Result>(role: DatabaseRole, work: (sql: Transaction) => Promise<Result>) =>
    takingBack((inside) => world.pool(role).begin(inside), work);
  return {
    ...entering(asRole),
    asSuperuser,
    asStranger: (role, work) => (role === 'studystreaks_owner' ? asSuperuser((sql) => becoming(sql, role, work)) : asRole(role, work)),
  };
}

/** Acts within one transaction of the superuser, who becomes each role: what the transaction changed before is seen by all. */
export function withinTransaction(transaction: Transaction): Actors {
  const asSuperuser: Actors['asSuperuser'] = (work) => takingBack((inside) => transaction.savepoint(inside), work);
  const asStranger: Actors['asStranger'] = (role, work) => asSuperuser((sql) => becoming(sql, role, work));
  return { ...entering(asStranger), asSuperuser, asStranger };
}

function entering(asRole: Actors['asStranger']): Pick<Actors, 'as' | 'asJob'>;
function entering(
  asRole: <Result>(role: DatabaseRole, work: (sql: Transaction) => Promise<Result>) => Promise<Result>,
): Pick<Actors, 'as' | 'asJob'> {
  return {
    as: (person, work) =>
      asRole('authenticated_user', async (sql) => {
        await sql`select app.enter(${person.session})`;
        return work(sql);
      }),
    asJob: (schoolId, work, role = 'background_worker') =>
      asRole(role, async (sql) => {
        await sql`select app.enter_worker(${schoolId})`;
        return work(sql);
      }),
  };
}

async function becoming<Result>(sql: Transaction, role: string, work: (sql: Transaction) => Promise<Result>): Promise<Result> {
  await sql`set local role ${sql(role)}`;
  return work(sql);
}

class TakenBack extends Error {
  override readonly name = 'TakenBack';
}

async function takingBack<Result>(
  begin: (inside: (sql: Transaction) => Promise<never>) => Promise<unknown>,
  work: (sql: Transaction) => Promise<Result>,
): Promise<Result> {
  let outcome: { readonly result: Result } | null = null;
  try {
    await begin(async (sql) => {
      outcome = { result: await work(sql) };
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
  return must<{ readonly result: Result }>(outcome, 'what is taken back was done').result;
}

/** The SQLSTATE with which a statement was refused; null when it was not. The transaction goes on. */
export async function refusal(
  sql: Transaction,
  statement: (sql: Transaction) => postgres.PendingQuery<postgres.Row[]>,
): Promise<string | null> {
  try {
    await sql.savepoint((inside) => statement(inside));
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
