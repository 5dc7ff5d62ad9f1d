import { randomUUID } from 'node:crypto';
import type { Random } from '#db/seed/random.ts';
import type { Database, Transaction } from '#server/database/connections.ts';
import { SessionEnded, withUser } from '#server/database/enter.ts';
import type { School } from '../isolation/scene.ts';

/** What became of one request. */
export interface Outcome {
  /** Rows of another school that it saw, and anything else that must not be; a sentence each. */
  readonly breaches: readonly string[];
  /** Documents that it has written for good. */
  readonly written: readonly string[];
  /** Documents that it began to write and took back. */
  readonly takenBack: readonly string[];
}

interface Request {
  readonly database: Database;
  readonly own: School;
  readonly other: School;
  readonly random: Random;
}

const nothing: Outcome = { breaches: [], written: [], takenBack: [] };

/** The kinds of request by name, each with its weight. */
export const requestKinds: Readonly<Record<string, readonly [weight: number, run: (request: Request) => Promise<Outcome>]>> = {
  'reads what it may': [40, readOwn],
  'asks for the other school’s': [10, readOther],
  writes: [14, ({ database, own }) => writing(database, own, async () => undefined)],
  changes: [8, change],
  'writes into the other school': [6, writeIntoOther],
  'throws in the middle': [6, (request) => failing(request, () => Promise.reject(new Error('in the middle')), 'in the middle')],
  'breaks a statement': [5, (request) => failing(request, (sql) => sql`select 1 / 0`, '22012')],
  'goes on after a broken statement': [4, (request) => failing(request, goOn, '22012')],
  'takes too long': [2, (request) => failing(request, takeTooLong, '57014')],
  'comes with a dead session': [3, deadSession],
};

async function readOwn({ database, own, random }: Request): Promise<Outcome> {
  const person = random.pick([own.teacher, own.student, own.parent, own.admin]);
  return withUser(database, person.session, 'snapshot', async (sql, entered) => {
    const rows = await sql<{ school_id: string }[]>`
      select school_id from homework_completions union all select school_id from users union all select school_id from classes
      union all select school_id from clubs union all select school_id from schools`;
    const foreign = rows.filter((row) => row.school_id !== own.id).length;
    return {
      ...nothing,
      breaches: [
        ...(foreign > 0 ? [`${person.kind} of one school read ${String(foreign)} rows of another`] : []),
        ...(entered.schoolId !== own.id || entered.userId !== person.id ? ['a session entered as somebody else'] : []),
        ...(rows.length === 0 ? [`${person.kind} read nothing at all`] : []),
      ],
    };
  });
}

async function readOther({ database, own, other }: Request): Promise<Outcome> {
  return withUser(database, own.teacher.session, 'snapshot', async (sql) => {
    const rows = await sql`
      select id from homework_completions where school_id = ${other.id} or id = ${other.completionId} or student_id = ${other.student.id}`;
    return { ...nothing, breaches: rows.length > 0 ? ['the other school’s work was found by its id'] : [] };
  });
}

async function change({ database, own, other }: Request): Promise<Outcome> {
  return withUser(database, own.student.session, 'write', async (sql) => {
    const changed = await sql`
      update homework_completions set minutes = coalesce(minutes, 0) % 60 + 1
      where id = (select id from homework_completions where id <> ${own.completionId} limit 1) returning school_id`;
    const foreign = await sql`update homework_completions set minutes = 1 where id = ${other.completionId} returning id`;
    const isForeign = foreign.length > 0 || changed.some((row) => row['school_id'] !== own.id);
    return { ...nothing, breaches: isForeign ? ['a row of the other school was changed'] : [] };
  });
}

async function writeIntoOther({ database, own, other }: Request): Promise<Outcome> {
  const id = randomUUID();
  const code = await withUser(database, own.student.session, 'write', (sql) => log(sql, other, id)).then(() => 'nothing', codeOf);
  return { ...nothing, breaches: code === '42501' ? [] : [`writing into the other school met ${code}`], takenBack: [id] };
}

async function deadSession({ database }: Request): Promise<Outcome> {
  const refused = await withUser(database, '0'.repeat(64), 'write', (sql) => sql`select 1`).catch((error: unknown) => error);
  return { ...nothing, breaches: refused instanceof SessionEnded ? [] : ['a dead session was let in'] };
}

/** A request that has written when it fails: it must fail in this way, and leave nothing. */
async function failing(
  { database, own }: Request,
  fault: (sql: Transaction) => PromiseLike<unknown>,
  ...codes: readonly string[]
): Promise<Outcome> {
  let id = '';
  const met = await writing(database, own, async (sql, logged) => {
    id = logged;
    await fault(sql);
  }).then(() => 'nothing', codeOf);
  return { ...nothing, breaches: codes.includes(met) ? [] : [`expected ${codes.join(' or ')}, met ${met}`], takenBack: [id] };
}

async function writing(database: Database, own: School, then: (sql: Transaction, id: string) => Promise<unknown>): Promise<Outcome> {
  const id = randomUUID();
  await withUser(database, own.student.session, 'write', async (sql) => {
    await log(sql, own, id);
    await then(sql, id);
  });
  return { ...nothing, written: [id] };
}

function log(sql: Transaction, school: School, id: string) {
  return sql`
    insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
    values (${school.id}, ${id}, ${school.student.id}, ${school.clubId}, current_date, 'written', now())`;
}

/** The first error is what the request fails with, though it was caught. */
async function goOn(sql: Transaction): Promise<void> {
  await sql`select 1 / 0`.catch(() => undefined);
  await sql`select count(*) from users`;
}

async function takeTooLong(sql: Transaction): Promise<void> {
  await sql`set local statement_timeout = '20ms'`;
  await sql`select pg_sleep(10)`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
