import { isDeepStrictEqual } from 'node:util';
import { mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import type { Transaction } from '../database/connections.ts';
import { loadChildren, writeChanges } from '../derive/child-records.ts';
import { deriveChild, foldChild, type ChildChanges, type ChildFacts, type KeptProgress } from '../derive/child-state.ts';
import { held } from './held.ts';
import type { Batch, Due, Removal } from './removal.ts';

/** Children whose homework one transaction takes. */
const childrenAtATime = 25;
const documentsAtATime = 500;

/**
 * Homework of past years, with its marks. It goes by whole weeks, is folded into each child's opening balance in the same
 * transaction, and attempts that answer one another go together, once the last of them is due.
 */
export const completionsRemoval: Removal = {
  async due(sql, { schoolId, before }) {
    const [found] = await sql<Due[]>`
      ${dueCompletions(sql, schoolId, mondayOf(before))}
      select count(*)::integer as count, min(effective_date) as oldest from due`;
    return must(found, 'a count is a row');
  },
  async remove(sql, { schoolId, before, now }) {
    const monday = mondayOf(before);
    await holdDerivations(sql, schoolId);
    const rows = await sql<{ studentId: string; ids: string[] }[]>`
      ${dueCompletions(sql, schoolId, monday)}
      select student_id as "studentId", array_agg(id) as ids from due group by student_id order by student_id limit ${childrenAtATime}`;
    if (rows.length === 0) return { removed: 0, isDone: true };
    await foldChildren(sql, schoolId, now, monday, new Map(rows.map(({ studentId, ids }) => [studentId, new Set(ids)])));
    const removed = await sql`
      delete from homework_completions where school_id = ${schoolId} and id = any (${rows.flatMap(({ ids }) => ids)}::uuid[])`;
    return { removed: removed.count, isDone: rows.length < childrenAtATime };
  },
};

/** Archives earlier years (S2): devices forget them, once the children's opening balances stand for them. */
export const earlierYearsRemoval: Removal = {
  async due(sql, { before }) {
    const [found] = await sql<Due[]>`
      select count(*)::integer as count, min(done_on) as oldest from app.documents_to_archive(${mondayOf(before)}, null)`;
    return must(found, 'a count is a row');
  },
  async remove(sql, { schoolId, before, now }): Promise<Batch> {
    const monday = mondayOf(before);
    await holdDerivations(sql, schoolId);
    const unfolded = await sql<{ studentId: string }[]>`
      select student.id as "studentId"
      from students student
      left join student_progress progress on progress.school_id = student.school_id and progress.student_id = student.id
      where student.school_id = ${schoolId} and coalesce(progress.opening ->> 'monday', '') < ${monday}
        and exists (
          select from homework_completions completion
          where completion.school_id = student.school_id and completion.student_id = student.id and completion.effective_date < ${monday}
        )
      order by student.id
      limit ${childrenAtATime}`;
    if (unfolded.length > 0) {
      const nothing = new Set<string>();
      await foldChildren(sql, schoolId, now, monday, new Map(unfolded.map(({ studentId }) => [studentId, nothing])));
      return { removed: 0, isDone: false };
    }
    const [archived] = await sql<{ count: number }[]>`select app.archive_documents(${monday}, ${documentsAtATime}) as count`;
    const { count } = must(archived, 'a function returns a row');
    return { removed: count, isDone: count < documentsAtATime };
  },
};

/** Completions before a Monday of which none is answered from there on, but for those of held children. */
function dueCompletions(sql: Transaction, schoolId: string, monday: IsoDate) {
  return sql`
    with recursive kept as (
      select previous_attempt_id as id from homework_completions
      where school_id = ${schoolId} and effective_date >= ${monday} and previous_attempt_id is not null
      union
      select earlier.previous_attempt_id
      from kept join homework_completions earlier on earlier.school_id = ${schoolId} and earlier.id = kept.id
      where earlier.previous_attempt_id is not null
    ),
    due as (
      select id, student_id, effective_date from homework_completions completion
      where school_id = ${schoolId} and effective_date < ${monday} and student_id <> all (${held(sql, schoolId)})
        and not exists (select from kept where kept.id = completion.id)
    )`;
}

/** No deriver works in this school until the commit: it must not read what is folded but not yet gone, nor the reverse. */
async function holdDerivations(sql: Transaction, schoolId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${schoolId}, 7013))`;
}

async function foldChildren(
  sql: Transaction,
  schoolId: string,
  now: Date,
  monday: IsoDate,
  removedByStudent: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  const children = await loadChildren(sql, schoolId, [...removedByStudent.keys()], now);
  const changes = [...children].map(([studentId, facts]): [string, ChildChanges] => [
    studentId,
    { statuses: [], progress: withOpening(facts, monday, must(removedByStudent.get(studentId), 'a child was asked for')) },
  ]);
  await writeChanges(sql, schoolId, new Map(changes));
}

/** A child's progress once `removed` is gone. Whatever is removed, all that the child's record comes to is as it was. */
function withOpening(facts: ChildFacts, monday: IsoDate, removed: ReadonlySet<string>) {
  const before = must(deriveChild(facts).progress ?? facts.progress, 'what is as it was is there');
  const opening = foldChild({ ...facts, progress: before }, monday, removed);
  const left: ChildFacts = {
    ...facts,
    completions: facts.completions.filter(({ id }) => !removed.has(id)),
    reviews: facts.reviews.filter(({ completionId }) => !removed.has(completionId)),
    progress: { ...before, opening },
  };
  const after = deriveChild(left).progress ?? { ...before, opening };
  if (!isDeepStrictEqual(withoutWeeks(after), withoutWeeks(before)))
    throw new Error('Broken promise: what retention removes leaves a child’s run, figures, points, levels and badges as they were');
  return after;
}

function withoutWeeks({ weeks: _weeks, opening: _opening, ...figures }: KeptProgress) {
  return figures;
}
