import { v7 as uuidv7 } from 'uuid';
import type { CommandAnswer, CommandPayload } from '#domain/collections/commands.ts';
import type { Transaction } from '../../database/connections.ts';
import { Refused } from '../apply.ts';

/** Gives a child a badge of a teacher's hand for good; who has it already keeps it as it was given. */
export async function giveBadge(sql: Transaction, { studentId, badgeId }: CommandPayload<'give_badge'>): Promise<CommandAnswer> {
  // What badges there are is no secret within the school.
  const [badge] = await sql<{ givenBy: string; isActive: boolean }[]>`
    select given_by as "givenBy", is_active as "isActive" from badges where school_id = app.current_school_id() and id = ${badgeId}`;
  if (!badge) throw new Refused('unknown_reference');
  // A rule gives its own, and nobody else does.
  if (badge.givenBy !== 'teacher') throw new Refused('not_allowed');
  if (!badge.isActive) throw new Refused('badge_out_of_use');
  // Security: the policy asks for the child before the conflict is looked for, so nobody learns what a child out of reach has.
  const given = await sql`
    insert into student_badges (school_id, id, student_id, badge_id, given_by, teacher_id, awarded_on)
    values (app.current_school_id(), ${uuidv7()}, ${studentId}, ${badgeId}, 'teacher', app.current_user_id(),
      app.today(app.current_school_id()))
    on conflict (school_id, student_id, badge_id) do nothing`;
  return given.count > 0 ? 'done' : 'already_done';
}
