import * as v from 'valibot';
import { v7 as uuidv7 } from 'uuid';
import { addDays, dateInZone, mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import { gardenStage, topGardens } from '#domain/boards/garden.ts';
import { weekRecord } from '#domain/collections/progress.ts';
import type { leaderboards } from '#domain/collections/school.ts';
import { must } from '#domain/must.ts';
import type { Transaction } from '../database/connections.ts';
import { boardsFrom, classBoards, type BoardRow, type ClassFacts, type ClassMember } from './class-boards.ts';

/** What a school has switched on, and whether boards stand. */
export interface BoardState {
  readonly timeZone: string;
  readonly leaderboard: (typeof leaderboards)[number];
  readonly hasRows: boolean;
}

export async function readBoardState(sql: Transaction, schoolId: string): Promise<BoardState> {
  const [found] = await sql<BoardState[]>`
    select time_zone as "timeZone", leaderboard, exists (select from leaderboards where school_id = ${schoolId}) as "hasRows"
    from schools where school_id = ${schoolId}`;
  return must(found, 'a school whose children are derived is there');
}

/**
 * Writes the boards of the classes anew that these children are or were in, and the school's; says whether anything changed.
 * Where the school has none, whatever stands goes, and nothing is asked of the database where nothing does.
 */
export async function deriveBoards(
  sql: Transaction,
  schoolId: string,
  school: BoardState,
  studentIds: readonly string[],
  now: Date,
): Promise<boolean> {
  if (school.leaderboard === 'off') {
    if (school.hasRows) await sql`delete from leaderboards where school_id = ${schoolId}`;
    return school.hasRows;
  }
  const today = dateInZone(now, school.timeZone);
  const classIds = await classesOf(sql, schoolId, studentIds);
  const facts = await loadClasses(sql, schoolId, classIds, today);
  const rows = classBoards({ ...facts, today, isIndividual: school.leaderboard === 'individual' });
  const isChanged = await writeClassBoards(sql, schoolId, classIds, rows, today);
  const isSchoolChanged = await writeSchoolBoard(sql, schoolId, mondayOf(today));
  return isChanged || isSchoolChanged;
}

async function classesOf(sql: Transaction, schoolId: string, studentIds: readonly string[]): Promise<string[]> {
  const rows = await sql<{ classId: string }[]>`
    select distinct member.class_id as "classId"
    from class_students member
    join classes class on class.school_id = member.school_id and class.id = member.class_id and class.archived_at is null
    where member.school_id = ${schoolId} and member.student_id = any (${[...studentIds]}::uuid[])`;
  return rows.map(({ classId }) => classId);
}

type MemberRow = Omit<ClassMember, 'closedWeeks' | 'doneDays' | 'excused'> & { readonly weeks: unknown };

async function loadClasses(
  sql: Transaction,
  schoolId: string,
  classIds: readonly string[],
  today: IsoDate,
): Promise<Pick<ClassFacts, 'members' | 'closures'>> {
  const from = boardsFrom(today);
  const [closures, members] = await Promise.all([
    sql<{ from: string; until: string }[]>`
      select from_on as from, until_on as until from school_calendar where school_id = ${schoolId} order by from_on, until_on`,
    sql<MemberRow[]>`
      select member.class_id as "classId", member.student_id as "studentId", member.from_on as "from", member.until_on as "until",
        student.started_on as "startedOn", class.weekly_target as target, coalesce(kept.weeks, '[]') as weeks,
        student.shows_on_boards and app.is_on_boards(student.school_id, student.id) as "isShown"
      from class_students member
      join classes class on class.school_id = member.school_id and class.id = member.class_id
      join students student on student.school_id = member.school_id and student.id = member.student_id
      left join student_progress kept on kept.school_id = member.school_id and kept.student_id = member.student_id
      where member.school_id = ${schoolId} and member.class_id = any (${[...classIds]}::uuid[])
        and member.from_on <= ${today} and coalesce(member.until_on, 'infinity') >= ${from}
      order by member.class_id, member.student_id`,
  ]);
  const ids = [...new Set(members.map(({ studentId }) => studentId))];
  const [done, excused] = await Promise.all([
    sql<{ studentId: string; day: string }[]>`
      select distinct student_id as "studentId", effective_date as day
      from homework_completions
      where school_id = ${schoolId} and student_id = any (${ids}::uuid[]) and effective_date between ${from} and ${today} and status <> 'void'`,
    sql<{ studentId: string; day: string }[]>`
      select distinct student_id as "studentId", day
      from excused_days given
      where school_id = ${schoolId} and student_id = any (${ids}::uuid[]) and day >= ${from} and state = 'excused' and not exists (
        select from excused_days taken_back
        where taken_back.school_id = given.school_id and taken_back.student_id = given.student_id and taken_back.withdraws = given.id
      )`,
  ]);
  const doneByStudent = Map.groupBy(done, ({ studentId }) => studentId);
  const excusedByStudent = Map.groupBy(excused, ({ studentId }) => studentId);
  const daysOf = (studentId: string, days: Map<string, { day: string }[]>) => (days.get(studentId) ?? []).map(({ day }) => day);
  return {
    closures,
    members: members.map(({ weeks, ...member }) => ({
      ...member,
      closedWeeks: v.parse(v.array(weekRecord), weeks),
      doneDays: daysOf(member.studentId, doneByStudent),
      excused: daysOf(member.studentId, excusedByStudent),
    })),
  };
}

/** Longer ago than this no garden stands: the badges that it brought do. */
const daysKept = 371;

/** Of these classes what is not there any more goes; of all, names of weeks that are over, and what nobody is in. */
async function writeClassBoards(
  sql: Transaction,
  schoolId: string,
  classIds: readonly string[],
  rows: readonly BoardRow[],
  today: IsoDate,
): Promise<boolean> {
  const kept = sql.json(
    rows.map(({ classId, kind, monday, figures }) => ({ id: uuidv7(), class_id: classId, kind, monday, figures: { ...figures } })),
  );
  const removed = await sql`
    delete from leaderboards board
    where school_id = ${schoolId} and class_id is not null and (
      (kind <> 'garden' and monday < ${mondayOf(today)}) or monday < ${addDays(today, -daysKept)}
      or not exists (
        select from class_students member where member.school_id = board.school_id and member.class_id = board.class_id and member.is_current
      )
      or (class_id = any (${[...classIds]}::uuid[]) and monday >= ${boardsFrom(today)} and not exists (
        select from jsonb_to_recordset(${kept}) as here (class_id uuid, kind text, monday date)
        where here.class_id = board.class_id and here.kind = board.kind and here.monday = board.monday
      ))
    )`;
  const written = await sql`
    insert into leaderboards as board (school_id, id, class_id, kind, monday, figures)
    select ${schoolId}::uuid, id, class_id, kind, monday, figures
    from jsonb_to_recordset(${kept}) as here (id uuid, class_id uuid, kind text, monday date, figures jsonb)
    on conflict (school_id, scope_id, kind, monday) do update set figures = excluded.figures where board.figures <> excluded.figures`;
  return removed.count + written.count > 0;
}

const gardens = v.array(v.object({ classId: v.string(), name: v.string(), stage: gardenStage }));

async function writeSchoolBoard(sql: Transaction, schoolId: string, monday: IsoDate): Promise<boolean> {
  const all = await sql`
    select board.class_id as "classId", class.name, board.figures -> 'stage' as stage
    from leaderboards board
    join classes class on class.school_id = board.school_id and class.id = board.class_id and class.archived_at is null
    where board.school_id = ${schoolId} and board.kind = 'garden' and board.monday = ${monday}`;
  const top = topGardens(v.parse(gardens, [...all]), monday);
  const removed = await sql`
    delete from leaderboards
    where school_id = ${schoolId} and class_id is null and (monday < ${monday} or ${top.length} = 0)`;
  if (top.length === 0) return removed.count > 0;
  const written = await sql`
    insert into leaderboards as board (school_id, id, kind, monday, figures)
    values (${schoolId}, ${uuidv7()}, 'garden', ${monday}, ${sql.json({ top: top.map((garden) => ({ ...garden })) })})
    on conflict (school_id, scope_id, kind, monday) do update set figures = excluded.figures where board.figures <> excluded.figures`;
  return removed.count + written.count > 0;
}
