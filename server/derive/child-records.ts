import * as v from 'valibot';
import { fullBloom } from '#domain/boards/garden.ts';
import { addDays, dateInZone } from '#domain/calendar/dates.ts';
import { activity } from '#domain/collections/completions.ts';
import { verdict } from '#domain/collections/reviews.ts';
import { filledWhile } from '#domain/buddies/jar.ts';
import { completionStatus } from '#domain/collections/receipts.ts';
import type { ClubRules } from '#domain/experience/club-rules.ts';
import type { Placement } from '#domain/levels/growth.ts';
import { must } from '#domain/must.ts';
import type { Transaction } from '../database/connections.ts';
import { keptProgress, type ChildChanges, type ChildFacts, type DerivedCompletion, type DerivedReview } from './child-state.ts';

const saidActivity = v.nullable(activity);

/** What the youngest and the older are asked for where a child is in no class, in days a week. */
const targetWithoutClass = { younger: 3, older: 4 };

/** Loads all that the status and progress of these children follow from; children that are gone are left out. */
export async function loadChildren(
  sql: Transaction,
  schoolId: string,
  studentIds: readonly string[],
  now: Date,
): Promise<Map<string, ChildFacts>> {
  const ids = [...studentIds];
  const [[school], closures, students, completions, reviews, excused, clubs, placings, blooms, buddies] = await Promise.all([
    sql<{ time_zone: string }[]>`select time_zone from schools where school_id = ${schoolId}`,
    sql<{ from: string; until: string }[]>`
    select from_on as from, until_on as until from school_calendar where school_id = ${schoolId} order by from_on, until_on`,
    sql<{ id: string; startedOn: string; yearGroup: string; target: number | null; progress: unknown }[]>`
    select student.id, student.started_on as "startedOn", student.year_group as "yearGroup", class.weekly_target as target,
      case when kept.student_id is not null then jsonb_build_object(
        'currentRun', kept.current_run, 'longestRun', kept.longest_run, 'weeks', kept.weeks, 'clubs', kept.clubs,
        'points', kept.points, 'level', kept.level, 'clubLevels', kept.club_levels, 'badges', kept.badges, 'opening', kept.opening) end as progress
    from students student
    left join lateral (
      select own.weekly_target
      from class_students member
      join classes own on own.school_id = member.school_id and own.id = member.class_id
      where member.school_id = student.school_id and member.student_id = student.id
      order by member.is_current desc, member.from_on desc, member.id
      limit 1
    ) class on true
    left join student_progress kept on kept.school_id = student.school_id and kept.student_id = student.id
    where student.school_id = ${schoolId} and student.id = any (${ids}::uuid[])`,
    sql<(Omit<DerivedCompletion, 'status' | 'activity'> & { studentId: string; status: string; activity: string | null })[]>`
    select completion.student_id as "studentId", completion.id, completion.club_id as "clubId", task.strand,
      completion.activity,
      completion.previous_attempt_id as "previousAttemptId", completion.effective_date as "effectiveDate", completion.status
    from homework_completions completion
    left join homework_tasks task on task.school_id = completion.school_id and task.id = completion.task_id
    where completion.school_id = ${schoolId} and completion.student_id = any (${ids}::uuid[])
    order by completion.effective_date, completion.id`,
    sql<(Omit<DerivedReview, 'verdict'> & { studentId: string; verdict: string })[]>`
    select student_id as "studentId", id, completion_id as "completionId", verdict, restores, star
    from completion_reviews
    where school_id = ${schoolId} and student_id = any (${ids}::uuid[])`,
    sql<{ studentId: string; day: string }[]>`
    select distinct student_id as "studentId", day
    from excused_days given
    where school_id = ${schoolId} and student_id = any (${ids}::uuid[]) and state = 'excused' and not exists (
      select from excused_days taken_back
      where taken_back.school_id = given.school_id and taken_back.student_id = given.student_id and taken_back.withdraws = given.id
    )
    order by student_id, day`,
    sql<ClubRules[]>`
    select club.id, club.subject, club.strands, (
      select count(*)::integer from club_levels level where level.school_id = club.school_id and level.club_id = club.id
    ) as levels
    from clubs club where club.school_id = ${schoolId} order by club.id`,
    sql<(Placement & { studentId: string; clubId: string })[]>`
    select placed.student_id as "studentId", placed.club_id as "clubId", level.number as level,
      (placed.set_at at time zone school.time_zone)::date as "on"
    from student_levels placed
    join club_levels level on level.school_id = placed.school_id and level.id = placed.level_id
    join schools school on school.school_id = placed.school_id
    where placed.school_id = ${schoolId} and placed.student_id = any (${ids}::uuid[]) and placed.set_by = 'teacher'`,
    sql<{ studentId: string; monday: string }[]>`
    select member.student_id as "studentId", board.monday
    from class_students member
    join leaderboards board on board.school_id = member.school_id and board.class_id = member.class_id
    where member.school_id = ${schoolId} and member.student_id = any (${ids}::uuid[])
      and board.kind = 'garden' and board.figures ->> 'stage' = ${String(fullBloom)}
      and board.monday + 6 between member.from_on and coalesce(member.until_on, 'infinity')
    order by board.monday`,
    sql<{ studentId: string; fullOn: string[]; joinedOn: string; leftOn: string | null }[]>`
    select member.student_id as "studentId", buddies.full_on as "fullOn", (member.joined_at at time zone place.time_zone)::date as "joinedOn",
      (member.left_at at time zone place.time_zone)::date as "leftOn"
    from buddy_group_students member
    join buddy_groups buddies on buddies.school_id = member.school_id and buddies.id = member.group_id
    join schools place on place.school_id = member.school_id
    where member.school_id = ${schoolId} and member.student_id = any (${ids}::uuid[]) and member.joined_at is not null
    order by member.joined_at`,
  ]);

  const today = dateInZone(now, must(school, 'a school whose children are derived is there').time_zone);
  const completionsByStudent = Map.groupBy(completions, (completion) => completion.studentId);
  const reviewsByStudent = Map.groupBy(reviews, (review) => review.studentId);
  const excusedByStudent = Map.groupBy(excused, (one) => one.studentId);
  const bloomsByStudent = Map.groupBy(blooms, (one) => one.studentId);
  const placingsByStudent = Map.groupBy(placings, (one) => one.studentId);
  const buddiesByStudent = Map.groupBy(buddies, (one) => one.studentId);
  return new Map(
    students.map(({ id, startedOn, yearGroup, target, progress }): [string, ChildFacts] => [
      id,
      {
        startedOn,
        target: target ?? (['R', '1', '2'].includes(yearGroup) ? targetWithoutClass.younger : targetWithoutClass.older),
        closures,
        today,
        completions: (completionsByStudent.get(id) ?? []).map((one) => ({
          ...one,
          activity: v.parse(saidActivity, one.activity),
          status: v.parse(completionStatus, one.status),
        })),
        reviews: (reviewsByStudent.get(id) ?? []).map((one) => ({ ...one, verdict: v.parse(verdict, one.verdict) })),
        excused: (excusedByStudent.get(id) ?? []).map(({ day }) => day),
        clubs,
        placements: Object.fromEntries((placingsByStudent.get(id) ?? []).map(({ clubId, level, on }) => [clubId, { level, on }])),
        // This week's may still close again.
        blooms: (bloomsByStudent.get(id) ?? []).map(({ monday }) => monday).filter((monday) => addDays(monday, 6) < today),
        teamJarOn: firstFilled(buddiesByStudent.get(id) ?? []),
        progress: progress === null ? null : v.parse(keptProgress, progress),
      },
    ]),
  );
}

/** Of memberships, oldest first. */
function firstFilled(
  memberships: readonly { readonly fullOn: readonly string[]; readonly joinedOn: string; readonly leftOn: string | null }[],
) {
  const days = memberships.flatMap(({ fullOn, joinedOn, leftOn }) => filledWhile(fullOn, joinedOn, leftOn) ?? []);
  return days[0] ?? null;
}

/** Writes what changed of many children in two statements; says whether anything did. */
export async function writeChanges(
  sql: Transaction,
  schoolId: string,
  changesByStudent: ReadonlyMap<string, ChildChanges>,
): Promise<boolean> {
  const statuses = [...changesByStudent.values()].flatMap((changes) => changes.statuses);
  const progress = [...changesByStudent].flatMap(([studentId, changes]) =>
    changes.progress ? [{ student_id: studentId, ...changes.progress }] : [],
  );
  await Promise.all([
    statuses.length > 0 &&
      sql`
      update homework_completions completion set status = derived.status
      from unnest(${statuses.map(({ id }) => id)}::uuid[], ${statuses.map(({ status }) => status)}::text[]) as derived (id, status)
      where completion.school_id = ${schoolId} and completion.id = derived.id and completion.status <> derived.status`,
    progress.length > 0 &&
      sql`
      insert into student_progress (school_id, student_id, current_run, longest_run, weeks, clubs, points, level, club_levels, badges, opening)
      select ${schoolId}::uuid, derived.student_id, derived."currentRun", derived."longestRun", derived.weeks, derived.clubs,
        derived.points, derived.level, derived."clubLevels", derived.badges, nullif(derived.opening, 'null')
      from jsonb_to_recordset(${sql.json(progress)})
        as derived (student_id uuid, "currentRun" integer, "longestRun" integer, weeks jsonb, clubs jsonb, points integer, level integer,
          "clubLevels" jsonb, badges jsonb, opening jsonb)
      order by derived.student_id
      on conflict (school_id, student_id) do update
      set current_run = excluded.current_run, longest_run = excluded.longest_run, weeks = excluded.weeks, clubs = excluded.clubs,
        points = excluded.points, level = excluded.level, club_levels = excluded.club_levels, badges = excluded.badges,
        opening = excluded.opening`,
  ]);
  return statuses.length > 0 || progress.length > 0;
}
