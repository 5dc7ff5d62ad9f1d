import type { Transaction } from '../database/connections.ts';
import { Problem } from '../http/problem.ts';

/**
 * Keeps what the signed-in child said of the own name on boards. A yes is one of three that it takes; a no is enough.
 *
 * @throws Problem `not_found` for whoever is no child
 */
export async function showOnBoards(sql: Transaction, isShown: boolean): Promise<void> {
  // Security: a policy lets a child alone change this row, and of it nothing but this.
  const changed = await sql`
    update students set shows_on_boards = ${isShown} where school_id = app.current_school_id() and id = app.current_user_id()`;
  if (changed.count === 0) throw new Problem('not_found');
}
