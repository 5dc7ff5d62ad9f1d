import postgres from 'postgres';
import { userKinds, type UserKind } from '#domain/permissions/roles.ts';
import { must } from '#domain/must.ts';
import type { Database, Transaction } from './connections.ts';
import { inTransaction, type Beginning } from './transaction.ts';

/** Where a school's clock stands. */
export interface Head {
  readonly epoch: number;
  readonly version: number;
  /** From this version on every tombstone is there (S2). */
  readonly floor: number;
}

/** Who a transaction acts for, as the database found out from the session. */
export interface Entered {
  readonly schoolId: string;
  readonly userId: string;
  readonly kind: UserKind;
  /** Where the school's clock stood as the transaction began; in a `snapshot`, of that very snapshot. */
  readonly head: Head;
  /** What the person reaches had been worked out before; otherwise it was now. */
  readonly wasAtHand: boolean;
}

/** Where a request comes from. The database keeps it in the audit log, of staff alone. */
export interface Origin {
  readonly address: string | null;
  readonly agent: string | null;
}

/** `snapshot`: all statements see one moment (S7). `write`: each sees what was committed before it. */
export type Mode = 'snapshot' | 'write';

const beginnings: Record<Mode, Beginning> = { snapshot: 'snapshot', write: 'read committed' };

/** The session has ended, or never was. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
}

/** The token does not deliver for this author, or the author's access has ended. */
export class AuthorRefused extends Error {
  override readonly name = 'AuthorRefused';
}

/** What the doors raise, by SQLSTATE. */
const refusals: Readonly<Record<string, () => Error>> = { SS401: () => new SessionEnded(), SS403: () => new AuthorRefused() };

/**
 * The one door to the data: begins a transaction, has the database look the session up and set whose rows may be
 * seen, and does `work` in it. No other code sets school, user or scopes.
 *
 * @param sessionId hex SHA-256 of the token in the cookie
 * @throws SessionEnded when there is no live session of that id
 */
export function withUser<Result>(
  database: Database,
  sessionId: string,
  mode: Mode,
  work: (sql: Transaction, entered: Entered) => Promise<Result>,
  origin: Origin | null = null,
): Promise<Result> {
  return withUserAtOnce(database, sessionId, mode, async (sql, entered) => work(sql, await entered), origin);
}

/**
 * The same for work whose first statements need not know who it is for: they are sent together with `app.enter`, and run
 * as soon as it has entered. Where it refuses they fail unseen. What such work asks of `entered` comes before it writes.
 */
export function withUserAtOnce<Result>(
  database: Database,
  sessionId: string,
  mode: Mode,
  work: (sql: Transaction, entered: Promise<Entered>) => Promise<Result>,
  origin: Origin | null = null,
): Promise<Result> {
  return throughDoor(database, mode, (sql) => enter(sql, sessionId, origin), work);
}

/** Sealed work that a session carries: of its own person, or of another of the same school (S30). */
export interface Carried {
  readonly sessionId: string;
  /** SHA-256 of the author's delivery token. */
  readonly tokenHash: Uint8Array;
  readonly authorId: string;
}

/**
 * The other door: as `withUserAtOnce`, for the author of sealed work, whose token says that it is theirs. Where the request comes from
 * is the carrier's business, and noted nowhere.
 *
 * @throws SessionEnded when the carrier has no live session; AuthorRefused
 */
export function withAuthorAtOnce<Result>(
  database: Database,
  { sessionId, tokenHash, authorId }: Carried,
  work: (sql: Transaction, entered: Promise<Entered>) => Promise<Result>,
): Promise<Result> {
  const enterFor = async (sql: Transaction): Promise<Entered> => {
    const [row] = await sql<EnteredRow[]>`
      select school_id, user_id, kind, epoch, version, floor_version, was_at_hand
      from app.enter_delivery(${sessionId}, ${tokenHash}, ${authorId})`;
    return toEntered(must(row, 'app.enter_delivery returns the author or raises'));
  };
  return throughDoor(database, 'write', enterFor, work);
}

async function throughDoor<Result>(
  database: Database,
  mode: Mode,
  enterBy: (sql: Transaction) => Promise<Entered>,
  work: (sql: Transaction, entered: Promise<Entered>) => Promise<Result>,
): Promise<Result> {
  try {
    return await inTransaction(database, beginnings[mode], async (sql) => {
      const entering = enterBy(sql);
      const [entered, worked] = await Promise.allSettled([entering, work(sql, entering)]);
      // Who is not let in is why all that was sent along has failed, and not all work waits to hear of it.
      if (entered.status === 'rejected') throw entered.reason;
      if (worked.status === 'rejected') throw worked.reason;
      return worked.value;
    });
  } catch (error) {
    const refusal = error instanceof postgres.PostgresError ? refusals[error.code] : undefined;
    throw refusal?.() ?? error;
  }
}

async function enter(sql: Transaction, sessionId: string, origin: Origin | null): Promise<Entered> {
  const [row] = await (origin
    ? sql<EnteredRow[]>`
    select school_id, user_id, kind, epoch, version, floor_version, was_at_hand, app.note_origin(${origin.address}, ${origin.agent}) from app.enter(${sessionId})`
    : sql<EnteredRow[]>`select school_id, user_id, kind, epoch, version, floor_version, was_at_hand from app.enter(${sessionId})`);
  return toEntered(must(row, 'app.enter returns the user or raises'));
}

function toEntered(entered: EnteredRow): Entered {
  return {
    schoolId: entered.school_id,
    userId: entered.user_id,
    kind: toUserKind(entered.kind),
    head: { epoch: entered.epoch, version: entered.version, floor: entered.floor_version },
    wasAtHand: entered.was_at_hand,
  };
}

interface EnteredRow {
  readonly school_id: string;
  readonly user_id: string;
  readonly kind: string;
  readonly epoch: number;
  readonly version: number;
  readonly floor_version: number;
  readonly was_at_hand: boolean;
}

export function toUserKind(kind: string): UserKind {
  return must(
    userKinds.find((known) => known === kind),
    `a user is one of ${userKinds.join(', ')}`,
  );
}
