import type { IsoDate } from '#domain/calendar/dates.ts';
import { jarOf, newMarbles } from '#domain/buddies/jar.ts';
import type { Transaction } from '../database/connections.ts';
import type { ChildChanges, ChildFacts } from './child-state.ts';

interface Membership {
  readonly id: string;
  readonly groupId: string;
  readonly studentId: string;
  readonly joinedOn: IsoDate;
  readonly counted: readonly IsoDate[];
}

/**
 * Puts the marbles of these children's done days into the jars of their buddy groups. Of a child who has not joined, has left, or
 * whose guardians do not agree nothing is counted; what was counted before stays.
 *
 * @returns whether one was filled: its members are due then, for the badge
 */
export async function fillJars(
  sql: Transaction,
  schoolId: string,
  children: ReadonlyMap<string, ChildFacts>,
  changes: ReadonlyMap<string, ChildChanges>,
): Promise<{ readonly isChanged: boolean; readonly isFilled: boolean }> {
  const members = await sql<Membership[]>`
    select member.id, member.group_id as "groupId", member.student_id as "studentId", member.marble_days as counted,
      (member.joined_at at time zone place.time_zone)::date as "joinedOn"
    from buddy_group_students member
    join buddy_groups buddies on buddies.school_id = member.school_id and buddies.id = member.group_id and buddies.dissolved_at is null
    join schools place on place.school_id = member.school_id and place.has_buddy_groups
    join class_students belongs
      on belongs.school_id = member.school_id and belongs.class_id = member.class_id and belongs.student_id = member.student_id
      and belongs.is_current
    where member.school_id = ${schoolId} and member.student_id = any (${[...children.keys()]}::uuid[])
      and member.joined_at is not null and member.left_at is null and app.has_consent(member.student_id, 'buddy_groups')
    order by member.id`;
  const fresh = members.flatMap(({ id, groupId, studentId, joinedOn, counted }) => {
    const facts = children.get(studentId);
    if (!facts) return [];
    const days = newMarbles(doneDays(facts, changes.get(studentId)), counted, joinedOn, facts.today);
    return days.length > 0 ? [{ id, groupId, days, today: facts.today }] : [];
  });
  let isFilled = false;
  for (const [groupId, ofGroup] of Map.groupBy(fresh, (one) => one.groupId)) {
    const today = ofGroup[0]?.today ?? null;
    const added = ofGroup.reduce((sum, { days }) => sum + days.length, 0);
    for (const { id, days } of ofGroup)
      await sql`update buddy_group_students set marble_days = marble_days || ${days}::date[] where school_id = ${schoolId} and id = ${id}`;
    const [jar] = await sql<{ marbles: number }[]>`
      update buddy_groups set jar = jar + ${added} where school_id = ${schoolId} and id = ${groupId} returning jar as marbles`;
    if (!jar || jarOf(jar.marbles).full === jarOf(jar.marbles - added).full) continue;
    isFilled = true;
    await sql`update buddy_groups set full_on = full_on || ${today}::date where school_id = ${schoolId} and id = ${groupId}`;
  }
  return { isChanged: fresh.length > 0, isFilled };
}

/** Days with work that is not void, by the statuses that were just derived. */
function doneDays({ completions }: ChildFacts, changes: ChildChanges | undefined): IsoDate[] {
  const statuses = new Map(changes?.statuses.map(({ id, status }) => [id, status]));
  return completions.filter(({ id, status }) => (statuses.get(id) ?? status) !== 'void').map(({ effectiveDate }) => effectiveDate);
}
