import type { PendingQuery, Row } from 'postgres';
import { must } from '#domain/must.ts';
import type { Transaction } from '../database/connections.ts';
import type { Batch, Due, Removal, RemovalContext } from './removal.ts';
import type { RetentionEntity } from './retention-defaults.ts';
import { held } from './held.ts';
import { completionsRemoval, earlierYearsRemoval } from './retention-homework.ts';

const rowsAtATime = 500;
const accountsAtATime = 20;

type Fragment = PendingQuery<Row[]>;
type Asked = Pick<RemovalContext, 'schoolId' | 'before'>;

/** Rows of one table that go by themselves. `due` selects `id` and `day` of those that may go. */
function rowsOf(table: string, due: (sql: Transaction, asked: Asked) => Fragment): Removal {
  return {
    async due(sql, asked) {
      const [found] = await sql<Due[]>`select count(*)::integer as count, min(day)::date as oldest from (${due(sql, asked)}) due (id, day)`;
      return must(found, 'a count is a row');
    },
    async remove(sql, context) {
      const { count } = await sql`
        delete from ${sql(table)}
        where school_id = ${context.schoolId} and id in (select id from (${due(sql, context)}) due (id, day) limit ${rowsAtATime})`;
      return { removed: count, isDone: count < rowsAtATime };
    },
  };
}

/** How each kind of record is removed. A new kind is a line here and one in the defaults. */
export const removals: Readonly<Record<RetentionEntity, Removal>> = {
  // By the latest mark that stands, and at most to the end of the school year of the homework.
  evidence: rowsOf(
    'evidence',
    (sql, { schoolId, before }) => sql`
      select file.id, coalesce(marked.on_day, completion.effective_date)
      from evidence file
      join homework_completions completion on completion.school_id = file.school_id and completion.id = file.completion_id
      left join lateral (
        select max(review.reviewed_at)::date as on_day from completion_reviews review
        where review.school_id = file.school_id and review.completion_id = file.completion_id and review.verdict <> 'restored'
          and not exists (
            select from completion_reviews undo
            where undo.school_id = review.school_id and undo.completion_id = review.completion_id and undo.restores = review.id
          )
      ) marked on true
      where file.school_id = ${schoolId} and file.student_id <> all (${held(sql, schoolId)})
        and (marked.on_day < ${before} or completion.effective_date < (
          date_trunc('year', app.today(${schoolId}) - interval '8 months') + interval '8 months')::date)`,
  ),
  completions: completionsRemoval,
  earlier_years: earlierYearsRemoval,
  tasks: rowsOf(
    'homework_tasks',
    (sql, { schoolId, before }) => sql`
      select id, coalesce(due_on, opens_on) from homework_tasks task
      where school_id = ${schoolId} and coalesce(due_on, opens_on) < ${before}
        and (student_id is null or student_id <> all (${held(sql, schoolId)}))
        and not exists (select from homework_completions where school_id = ${schoolId} and task_id = task.id)`,
  ),
  notices: rowsOf(
    'notices',
    (sql, { schoolId, before }) => sql`
      select id, created_at from notices
      where school_id = ${schoolId} and created_at < ${before}::date and coalesce(student_id, user_id) <> all (${held(sql, schoolId)})`,
  ),
  cheers: rowsOf(
    'buddy_cheers',
    (sql, { schoolId, before }) => sql`
      select id, created_at from buddy_cheers
      where school_id = ${schoolId} and created_at < ${before}::date and student_id <> all (${held(sql, schoolId)})`,
  ),
  refused_pushes: rowsOf(
    'rejected_pushes',
    (sql, { schoolId, before }) => sql`
      select id, created_at from rejected_pushes
      where school_id = ${schoolId} and created_at < ${before}::date and user_id <> all (${held(sql, schoolId)})`,
  ),
  consents: rowsOf(
    'student_consents',
    (sql, { schoolId, before }) => sql`
      select consent.id, coalesce(consent.left_on, student.left_on)
      from student_consents consent
      left join students student on student.school_id = consent.school_id and student.id = consent.student_id
      where consent.school_id = ${schoolId} and coalesce(consent.left_on, student.left_on) < ${before}
        and consent.student_id <> all (${held(sql, schoolId)}) and consent.guardian_id <> all (${held(sql, schoolId)})`,
  ),
  requests: rowsOf(
    'data_requests',
    (sql, { schoolId, before }) => sql`
      select id, closed_on from data_requests
      where school_id = ${schoolId} and closed_on < ${before} and subject_id <> all (${held(sql, schoolId)})`,
  ),
  sessions: {
    async due(sql, { before }) {
      const [found] = await sql<Due[]>`select sessions::integer as count, oldest::date from app.ended_sessions(${before}::date)`;
      return must(found, 'a count is a row');
    },
    async remove(sql, { before }) {
      const [deleted] = await sql<{ count: number }[]>`select app.delete_ended_sessions(${before}::date, ${rowsAtATime}) as count`;
      const { count } = must(deleted, 'a function returns a row');
      return { removed: count, isDone: count < rowsAtATime };
    },
  },
  delivery_tokens: rowsOf(
    'delivery_tokens',
    (sql, { schoolId, before }) => sql`
      select id, expires_at from delivery_tokens
      where school_id = ${schoolId} and expires_at < ${before}::date and user_id <> all (${held(sql, schoolId)})`,
  ),
  deliveries: rowsOf(
    'deliveries',
    (sql, { schoolId, before }) => sql`
      select id, created_at from deliveries
      where school_id = ${schoolId} and created_at < ${before}::date and user_id <> all (${held(sql, schoolId)})`,
  ),
  // What is not settled is work on its way, and never due.
  commands: rowsOf(
    'commands',
    (sql, { schoolId, before }) => sql`
      select id, settled_at from commands
      where school_id = ${schoolId} and settled_at < ${before}::date and user_id <> all (${held(sql, schoolId)})`,
  ),
  // What nobody has answered waits, and is never due.
  child_requests: rowsOf(
    'child_requests',
    (sql, { schoolId, before }) => sql`
      select id, answered_at from child_requests
      where school_id = ${schoolId} and answered_at < ${before}::date and student_id <> all (${held(sql, schoolId)})`,
  ),
  invitations: rowsOf(
    'invitations',
    (sql, { schoolId, before }) => sql`
      select id, coalesce(used_at, revoked_at, expires_at) from invitations
      where school_id = ${schoolId} and coalesce(used_at, revoked_at, expires_at) < ${before}::date
        and student_id <> all (${held(sql, schoolId)}) and (used_by is null or used_by <> all (${held(sql, schoolId)}))`,
  ),
  profiles: {
    async due(sql, { before }) {
      const [found] = await sql<Due[]>`
        select count(*)::integer as count, min(due_on) as oldest from app.accounts_to_erase(${before}, null)`;
      return must(found, 'a count is a row');
    },
    async remove(sql, { before, shellName, eraseSubject }) {
      const accounts = await sql<{ userId: string; kind: string }[]>`
        select user_id as "userId", kind from app.accounts_to_erase(${before}, ${accountsAtATime})`;
      for (const { userId, kind } of accounts) {
        // First the key: cut off in between, the account is still due. The other way round nobody would know of the key.
        if (kind === 'student') await eraseSubject(userId);
        await sql`select app.erase_account(${userId}, ${await shellName(userId, kind)})`;
      }
      // Guardians are due when their children are gone: only an empty batch says that nobody is left.
      return { removed: accounts.length, isDone: accounts.length === 0 };
    },
  },
  audit: {
    async due(sql, { before }) {
      const [found] = await sql<Due[]>`select rows::integer as count, oldest::date from app.audit_due(${before}::date)`;
      return must(found, 'a count is a row');
    },
    // A day at a time; what a hold keeps, and all that came after it, stays, since a chain has no holes.
    async remove(sql, { schoolId, before }) {
      const [batch] = await sql<Batch[]>`
        select app.forget_audit(${schoolId}, least(ends, oldest + interval '1 day')) as removed, oldest + interval '1 day' >= ends as "isDone"
        from app.audit_due(${before}::date) where rows > 0`;
      return batch ?? { removed: 0, isDone: true };
    },
  },
  tombstones: {
    async due(sql, { before }) {
      const [found] = await sql<Due[]>`select tombstones::integer as count, null::date as oldest from app.tombstones_below(${before})`;
      return must(found, 'a count is a row');
    },
    async remove(sql, { before }) {
      const [pruned] = await sql<{ count: number }[]>`select app.prune_tombstones(${before}, ${rowsAtATime}) as count`;
      const { count } = must(pruned, 'a function returns a row');
      return { removed: count, isDone: count < rowsAtATime };
    },
  },
};
