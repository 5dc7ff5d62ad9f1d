import postgres from 'postgres';
import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../database/connections.ts';
import { Problem } from '../http/problem.ts';
import type { FormBody, GroupsAnswer } from './group-schemas.ts';

const cheersShown = 30;

/**
 * The buddy groups of a class, and who could be in one. Ids alone: whoever may ask has the class's first names.
 *
 * @throws Problem `not_found` where the caller forms no groups of that class
 */
export async function readGroups(sql: Transaction, classId: string): Promise<GroupsAnswer> {
  const [[reached], children, groups] = await Promise.all([
    sql<{ hasBuddyGroups: boolean }[]>`
      select has_buddy_groups as "hasBuddyGroups" from schools
      where id = app.current_school_id() and app.reaches('group.form', ${classId})`,
    sql<GroupsAnswer['children']>`
      select member.student_id as "studentId", case
          when not app.has_consent(member.student_id, 'buddy_groups') then 'no_consent'
          when exists (
            select from buddy_group_students buddy
            where buddy.school_id = member.school_id and buddy.student_id = member.student_id and buddy.left_at is null
          ) then 'in_a_group'
        end as obstacle
      from class_students member
      where member.school_id = app.current_school_id() and member.class_id = ${classId} and member.is_current
        and app.reaches('group.form', ${classId})
      order by member.student_id`,
    sql<GroupsAnswer['groups']>`
      select buddies.id, buddies.name, buddies.jar as marbles, (
          select coalesce(jsonb_agg(jsonb_build_object('studentId', buddy.student_id, 'state', case
              when buddy.joined_at is null then 'invited'
              when app.has_consent(buddy.student_id, 'buddy_groups') then 'joined'
              else 'hidden'
            end) order by buddy.created_at, buddy.id), '[]')
          from buddy_group_students buddy
          where buddy.school_id = buddies.school_id and buddy.group_id = buddies.id and buddy.left_at is null
        ) as members, (
          select coalesce(jsonb_agg(jsonb_build_object('id', id, 'studentId', student_id, 'phrase', phrase,
            'capturedAt', to_char(captured_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by captured_at desc, id desc), '[]')
          from (
            select * from buddy_cheers cheer
            where cheer.school_id = buddies.school_id and cheer.group_id = buddies.id
            order by cheer.captured_at desc, cheer.id desc
            limit ${cheersShown}
          ) latest
        ) as cheers
      from buddy_groups buddies
      where buddies.school_id = app.current_school_id() and buddies.class_id = ${classId} and buddies.dissolved_at is null
        and app.reaches('group.form', ${classId})
      order by buddies.created_at, buddies.id`,
  ]);
  if (!reached) throw new Problem('not_found');
  return { ...reached, children: [...children], groups: [...groups] };
}

/** Forms a group: an invitation to each of its children. Sent again it changes nothing. @throws Problem `not_found`, `group_not_formed` */
export async function formGroup(sql: Transaction, { id, classId, name, studentIds }: FormBody): Promise<void> {
  await needsReach(sql, classId);
  await orProblem(sql, async () => {
    // No `on conflict`: it asks for the right to read the new row, which comes with the commit.
    const stands = await sql`select from buddy_groups where school_id = app.current_school_id() and id = ${id}`;
    if (stands.count > 0) return;
    await sql`insert into buddy_groups (school_id, id, class_id, name) values (app.current_school_id(), ${id}, ${classId}, ${name})`;
    for (const studentId of studentIds) await addMember(sql, id, classId, studentId);
  });
}

/** Invites one more child, where a group has room. @throws Problem `not_found`, `group_not_formed` */
export async function invite(sql: Transaction, id: string, studentId: string): Promise<void> {
  const classId = await classOf(sql, id);
  await orProblem(sql, () => addMember(sql, id, classId, studentId));
}

/** @throws Problem `not_found` */
export async function renameGroup(sql: Transaction, id: string, name: string): Promise<void> {
  await classOf(sql, id);
  await sql`update buddy_groups set name = ${name} where school_id = app.current_school_id() and id = ${id}`;
}

/** Ends a group; its children are free for another. Once more changes nothing. @throws Problem `not_found` */
export async function dissolveGroup(sql: Transaction, id: string): Promise<void> {
  await orProblem(sql, () => sql`select app.dissolve_group(${id})`);
}

/** The signed-in child says yes; once more changes nothing. @throws Problem `not_found` where nothing, or nothing any more, waits for that */
export async function joinGroup(sql: Transaction, id: string): Promise<void> {
  await orProblem(sql, async () => {
    const joined = await sql`
      update buddy_group_students set joined_at = coalesce(joined_at, now())
      where school_id = app.current_school_id() and group_id = ${id} and student_id = app.current_user_id() and left_at is null`;
    if (joined.count === 0) throw new Problem('not_found');
  });
}

/** The signed-in child leaves, for good; once more changes nothing. @throws Problem `not_found` */
export async function leaveGroup(sql: Transaction, id: string): Promise<void> {
  const left = await sql`
    update buddy_group_students set left_at = coalesce(left_at, now())
    where school_id = app.current_school_id() and group_id = ${id} and student_id = app.current_user_id()`;
  if (left.count === 0) throw new Problem('not_found');
}

async function addMember(sql: Transaction, groupId: string, classId: string, studentId: string): Promise<void> {
  await sql`
    insert into buddy_group_students (school_id, id, group_id, class_id, student_id)
    values (app.current_school_id(), ${uuidv7()}, ${groupId}, ${classId}, ${studentId})`;
}

/** @throws Problem `not_found` where the caller forms no groups of that class, whether there is one or not */
async function needsReach(sql: Transaction, classId: string): Promise<void> {
  const [reach] = await sql<{ isReached: boolean | null }[]>`select app.reaches('group.form', ${classId}) as "isReached"`;
  if (reach?.isReached !== true) throw new Problem('not_found');
}

/** The class of a group that stands, and that is the caller's to change. */
async function classOf(sql: Transaction, id: string): Promise<string> {
  const [found] = await sql<{ classId: string }[]>`
    select class_id as "classId" from buddy_groups
    where school_id = app.current_school_id() and id = ${id} and dissolved_at is null and app.reaches('group.form', class_id)`;
  if (!found) throw new Problem('not_found');
  return found.classId;
}

/** What the database refuses, told as a problem; the checks at commit speak here. */
async function orProblem(sql: Transaction, work: () => PromiseLike<unknown>): Promise<void> {
  try {
    await work();
    await sql`set constraints size immediate`;
  } catch (error) {
    const code = error instanceof postgres.PostgresError ? error.code : '';
    if (code === '42501') throw new Problem('not_found');
    // A child who has joined another group meanwhile, left the class, or whose family no longer agrees.
    if (['23503', '23505', '23514'].includes(code)) throw new Problem('group_not_formed');
    throw error;
  }
}
