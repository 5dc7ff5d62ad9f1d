import postgres from 'postgres';
import type { Transaction } from '../database/connections.ts';
import { Problem } from '../http/problem.ts';
import type { ConsentAnswer, DecisionBody } from './consent-schemas.ts';

/**
 * What the signed-in guardian may be asked about each of their children: the newest notice of each purpose, what stands, and
 * what this guardian has said. What others said is told by nothing but its effect.
 */
export async function readConsents(sql: Transaction): Promise<ConsentAnswer> {
  const [notices, children, decisions] = await Promise.all([
    sql<ConsentAnswer['notices'][number][]>`
      select distinct on (purpose) purpose as name, version as "noticeVersion", lawful_basis as "lawfulBasis", sentence
      from consent_notices
      order by purpose, version desc`,
    sql<{ studentId: string; mayDecide: boolean; standing: string[] }[]>`
      select student_id as "studentId", has_parental_responsibility as "mayDecide", app.consents(student_id) as standing
      from parent_students
      where school_id = app.current_school_id() and parent_id = app.current_user_id() and is_current
        and app.reaches('student.read', student_id)
      order by student_id`,
    sql<{ studentId: string; purpose: string; noticeVersion: number; decision: 'given' | 'withdrawn'; decidedAt: string }[]>`
      select student_id as "studentId", purpose, notice_version as "noticeVersion", decision, decided_at as "decidedAt"
      from student_consents
      where school_id = app.current_school_id() and guardian_id = app.current_user_id()
      order by decided_at desc, decision desc`,
  ]);
  const decisionsByStudent = Map.groupBy(decisions, ({ studentId }) => studentId);
  return {
    notices,
    children: children.map((child) => ({
      ...child,
      decisions: (decisionsByStudent.get(child.studentId) ?? []).map(({ studentId: _studentId, ...decision }) => decision),
    })),
  };
}

/** Keeps a yes or a no on the words that were shown; the same decision sent again changes nothing. */
export async function decide(sql: Transaction, { id, studentId, purpose, noticeVersion, decision }: DecisionBody): Promise<void> {
  try {
    await sql`
      insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision)
      values (app.current_school_id(), ${id}, ${studentId}, app.current_user_id(), ${purpose}, ${noticeVersion}, ${decision})
      on conflict (school_id, id) do nothing`;
  } catch (error) {
    throw problemOf(error) ?? error;
  }
}

/** Security: out of reach, without parental responsibility and not there at all are the same to whoever asks. */
function problemOf(error: unknown): Problem | undefined {
  const code = error instanceof postgres.PostgresError ? error.code : '';
  if (code === '42501') return new Problem('not_found');
  return code === '23503'
    ? new Problem('invalid_request', { detail: 'There is no such notice: ask for what stands and decide again.' })
    : undefined;
}
