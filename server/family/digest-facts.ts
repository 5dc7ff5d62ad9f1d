import { addDays, dateInZone, mondayOf, weekday, type IsoDate } from '#domain/calendar/dates.ts';
import { expectedDays } from '#domain/calendar/expected-days.ts';
import { streak } from '#domain/streaks/streak.ts';
import { streakInput } from '#domain/streaks/streak-input.ts';
import { must } from '#domain/must.ts';
import type { Transaction } from '../database/connections.ts';
import { loadChildren } from '../derive/child-records.ts';
import type { ChildFacts } from '../derive/child-state.ts';
import type { ChildWeek } from './digest-words.ts';

const friday = 5;
const daysAhead = 7;

/** A parent who wants the digest and has not had this week's, with the children whom it tells of. */
export interface DueDigest {
  readonly parentId: string;
  readonly email: Uint8Array;
  readonly language: string;
  readonly children: readonly { readonly studentId: string; readonly firstName: Uint8Array }[];
}

/** The week that a digest sent now is about; null where none is due: before Friday, and in a week without school. */
export async function digestWeek(sql: Transaction, schoolId: string, now: Date): Promise<{ today: IsoDate; monday: IsoDate } | null> {
  const [[school], closures] = await Promise.all([
    sql<{ timeZone: string }[]>`select time_zone as "timeZone" from schools where school_id = ${schoolId}`,
    sql<{ from: string; until: string }[]>`
      select from_on as from, until_on as until from school_calendar where school_id = ${schoolId}`,
  ]);
  const today = dateInZone(now, must(school, 'a school with a job is there').timeZone);
  const monday = mondayOf(today);
  // A job that was late by days would speak of a week that has hardly begun.
  if (weekday(today) < friday) return null;
  return expectedDays(closures, monday, addDays(monday, 4)).length === 0 ? null : { today, monday };
}

export async function dueDigests(sql: Transaction, monday: IsoDate): Promise<DueDigest[]> {
  const rows = await sql<{ parentId: string; email: Uint8Array; language: string; studentId: string; firstName: Uint8Array }[]>`
    select parent_id as "parentId", email_encrypted as email, language, student_id as "studentId", first_name_encrypted as "firstName"
    from app.digests_due(${monday})`;
  return [...Map.groupBy(rows, ({ parentId }) => parentId)].map(([parentId, children]) => {
    const { email, language } = must(children[0], 'a group has a row');
    return { parentId, email, language, children: children.map(({ studentId, firstName }) => ({ studentId, firstName })) };
  });
}

/** What the week was like for each of these children, without their names; by the same rules as on their own screens. */
export async function childWeeks(
  sql: Transaction,
  schoolId: string,
  studentIds: readonly string[],
  now: Date,
  today: IsoDate,
): Promise<Map<string, Omit<ChildWeek, 'firstName'>>> {
  const [factsById, tasks] = await Promise.all([
    loadChildren(sql, schoolId, studentIds, now),
    sql<{ studentId: string; due: number }[]>`
      select student.id as "studentId", count(*)::integer as due
      from students student
      left join class_students member on member.school_id = student.school_id and member.student_id = student.id and member.is_current
      join homework_tasks task on task.school_id = student.school_id
        and (task.student_id = student.id or task.class_id = member.class_id)
      where student.school_id = ${schoolId} and student.id = any (${[...studentIds]}::uuid[]) and task.removed_at is null
        and task.opens_on <= ${today} and task.due_on between ${today} and ${addDays(today, daysAhead)}
        and not exists (
          select from homework_completions done
          where done.school_id = task.school_id and done.task_id = task.id and done.student_id = student.id and done.status <> 'void')
      group by student.id`,
  ]);
  const tasksById = new Map(tasks.map(({ studentId, due }) => [studentId, due]));
  return new Map([...factsById].map(([id, facts]) => [id, { ...thisWeek(facts), tasksDue: tasksById.get(id) ?? 0 }]));
}

function thisWeek({ startedOn, closures, target, today, completions, excused, progress }: ChildFacts): { daysDone: number; aim: number } {
  const { weeks } = streak(
    streakInput({
      startedOn,
      closures,
      target,
      today,
      entries: completions.map(({ effectiveDate, status }) => ({ date: effectiveDate, status })),
      excused,
      closedWeeks: progress?.weeks ?? [],
      opening: progress?.opening,
    }),
  );
  const week = weeks.at(-1);
  return week?.monday === mondayOf(today) ? { daysDone: week.have, aim: week.need } : { daysDone: 0, aim: 0 };
}
