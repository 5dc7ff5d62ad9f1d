import postgres from 'postgres';
import { userKinds, type UserKind } from '#domain/permissions/roles.ts';
import { must } from '#domain/must.ts';
import type { Database, Transaction } from './connections.ts';

/** Who a transaction acts for, as the database found out from the session. */
export interface Entered {
  readonly schoolId: string;
  readonly userId: string;
  readonly kind: UserKind;
  /** Where the school's clock stood as the transaction began; in a `snapshot`, of that very snapshot. */
  readonly head: { readonly epoch: number; readonly version: number };
}

/** `snapshot`: all statements see one moment (S7). `write`: each sees what was committed before it. */
export type Mode = 'snapshot' | 'write';

const beginnings: Record<Mode, string> = {
  snapshot: 'isolation level repeatable read read only',
  write: 'isolation level read committed',
};

/** The session has ended, or never was. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
}

/** SQLSTATE that `app.enter` raises for a session that is not live. */
const noLiveSession = 'SS401';

/**
 * The one door to the data: begins a transaction, has the database look the session up and set whose rows may be
 * seen, and does `work` in it. No other code sets school, user or scopes.
 *
 * @param sessionId hex SHA-256 of the token in the cookie
 * @throws SessionEnded when there is no live session of that id
 */
export async function withUser<Result>(
  database: Database,
  sessionId: string,
  mode: Mode,
  work: (sql: Transaction, entered: Entered) => Promise<Result>,
): Promise<Result> {
  try {
    const outcome = await database.begin(beginnings[mode], async (sql) => {
      // Sent together: the second runs as soon as the first has entered.
      const [[row], [head]] = await Promise.all([
        sql<{ school_id: string; user_id: string; kind: string }[]>`select school_id, user_id, kind from app.enter(${sessionId})`,
        sql<Entered['head'][]>`select epoch, version from app.head()`,
      ]);
      const { school_id: schoolId, user_id: userId, kind } = must(row, 'app.enter returns the user or raises');
      return { result: await work(sql, { schoolId, userId, kind: toUserKind(kind), head: must(head, 'a school has a clock') }) };
    });
    return outcome.result;
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === noLiveSession) throw new SessionEnded();
    throw error;
  }
}

export function toUserKind(kind: string): UserKind {
  return must(
    userKinds.find((known) => known === kind),
    `a user is one of ${userKinds.join(', ')}`,
  );
}
