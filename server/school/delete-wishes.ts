import * as v from 'valibot';
import { isoDate } from '#domain/calendar/dates.ts';
import { uuid } from '#domain/ids.ts';
import type { Transaction } from '../database/connections.ts';
import { Problem } from '../http/problem.ts';

export const deleteWishesAnswer = v.object({
  classes: v.array(
    v.object({
      /** Null for children who are in no class now. */
      classId: v.nullable(uuid),
      wishes: v.number(),
      /** The day of the first that waits, in the school's time zone. */
      oldestOn: isoDate,
    }),
  ),
});
export type DeleteWishesAnswer = v.InferOutput<typeof deleteWishesAnswer>;

/**
 * How many wishes to delete something wait for a teacher in each class, those that wait longest first.
 *
 * @throws Problem `not_found` where the caller neither handles data requests nor runs the school
 */
export async function listDeleteWishes(sql: Transaction): Promise<DeleteWishesAnswer> {
  const [[reach], classes] = await Promise.all([
    sql<{ mayKnow: boolean }[]>`
      select coalesce(app.reaches('data_request.handle', app.current_school_id()), false)
        or coalesce(app.reaches('school.update', app.current_school_id()), false) as "mayKnow"`,
    sql<DeleteWishesAnswer['classes']>`
      select class_id as "classId", wishes, oldest_on as "oldestOn" from app.open_delete_wishes() order by oldest_on, class_id`,
  ]);
  if (reach?.mayKnow !== true) throw new Problem('not_found');
  return { classes: [...classes] };
}
