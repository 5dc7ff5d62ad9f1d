import type { TransactionSql } from 'postgres';
import { insertRows } from './insert-rows.ts';
import type { DemoSchool } from './model.ts';

/** Buddy groups, whole from the first, and their cheers. */
export async function insertBuddies(sql: TransactionSql, school: DemoSchool): Promise<void> {
  const own = { school_id: school.id };
  await insertRows(
    sql,
    'buddy_groups',
    school.buddyGroups.map(({ id, classId, name, formedBy }) => ({ ...own, id, class_id: classId, name, formed_by: formedBy })),
  );
  await insertRows(
    sql,
    'buddy_group_students',
    school.buddyGroups.flatMap((group) =>
      group.members.map(({ id, studentId, joinedAt }) => ({
        ...own,
        id,
        group_id: group.id,
        class_id: group.classId,
        student_id: studentId,
        joined_at: joinedAt,
      })),
    ),
  );
  await insertRows(
    sql,
    'buddy_cheers',
    school.buddyGroups.flatMap((group) =>
      group.cheers.map(({ id, studentId, phrase, sentAt }) => ({
        ...own,
        id,
        group_id: group.id,
        student_id: studentId,
        phrase,
        captured_at: sentAt,
        created_at: sentAt,
      })),
    ),
  );
}
