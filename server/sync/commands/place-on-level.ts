import { v7 as uuidv7 } from 'uuid';
import type { CommandAnswer, CommandPayload } from '#domain/collections/commands.ts';
import type { Transaction } from '../../database/connections.ts';
import { Refused } from '../apply.ts';
import type { WriteContext } from '../collections/pusher.ts';

/** Places a child on a level of a club; where a teacher has put it there already, that placing and its reason stand. */
export async function placeOnLevel(
  sql: Transaction,
  { studentId, clubId, level, reason }: CommandPayload<'place_on_level'>,
  { ciphers }: WriteContext,
): Promise<CommandAnswer> {
  const [wanted] = await sql<{ id: string }[]>`
    select id from club_levels where school_id = app.current_school_id() and club_id = ${clubId} and number = ${level}`;
  if (!wanted) throw new Refused('unknown_reference');
  const sealReason = (row: string) => ciphers(studentId).encrypt({ table: 'student_levels', column: 'reason_encrypted', row }, reason);

  const id = uuidv7();
  const added = await sql`
    insert into student_levels (school_id, id, student_id, club_id, level_id, set_by, teacher_id, reason_encrypted)
    values (app.current_school_id(), ${id}, ${studentId}, ${clubId}, ${wanted.id}, 'teacher', app.current_user_id(), ${sealReason(id)})
    on conflict (school_id, student_id, club_id) do nothing`;
  if (added.count > 0) return 'done';

  // It stands, committed: whoever added it meanwhile was waited for.
  const [standing] = await sql<{ id: string; levelId: string; setBy: string }[]>`
    select id, level_id as "levelId", set_by as "setBy" from student_levels
    where school_id = app.current_school_id() and student_id = ${studentId} and club_id = ${clubId}
    for no key update`;
  if (!standing) throw new Refused('not_allowed');
  if (standing.levelId === wanted.id && standing.setBy === 'teacher') return 'already_done';
  await sql`
    update student_levels
    set level_id = ${wanted.id}, set_by = 'teacher', teacher_id = app.current_user_id(), reason_encrypted = ${sealReason(standing.id)}
    where school_id = app.current_school_id() and id = ${standing.id}`;
  return 'done';
}
