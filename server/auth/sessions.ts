import { Lucia, TimeSpan, type Adapter } from 'lucia';
import type { UserKind } from '#domain/permissions/roles.ts';
import type { Database } from '../database/connections.ts';
import { toUserKind } from '../database/enter.ts';
import { newToken, tokenToSessionId } from './session-cookie.ts';

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionFacts, { kind: UserKind }>;
    DatabaseSessionAttributes: SessionFacts;
    DatabaseUserAttributes: { kind: UserKind };
  }
}

interface SessionFacts {
  readonly schoolId: string;
  readonly deviceId: string | null;
  /** Staff only: an address is personal, and a child's or parent's is nobody's business. */
  readonly address: string | null;
  /** However often it is used, the session ends then. */
  readonly lastsUntil: Date;
}

export interface LiveSession {
  readonly schoolId: string;
  readonly userId: string;
  readonly expiresAt: Date;
}

export interface NewSession {
  readonly schoolId: string;
  readonly userId: string;
  readonly kind: UserKind;
  readonly deviceId: string | null;
  readonly address: string | null;
  /** It ends then at the latest, however often it is used. */
  readonly leaseUntil?: Date;
}

export interface Sessions {
  /** Begins a session; only its token's SHA-256 is kept. */
  begin(session: NewSession): Promise<{ token: string; sessionId: string; expiresAt: Date; lastsUntil: Date }>;
  /** The live session of that id, its lifetime extended when half of it is over; null when it has ended. */
  validate(sessionId: string): Promise<LiveSession | null>;
  end(sessionId: string): Promise<void>;
  deleteExpired(): Promise<void>;
}

const adults = { sliding: new TimeSpan(14, 'd'), absolute: new TimeSpan(90, 'd') };
const children = { sliding: new TimeSpan(12, 'h'), absolute: new TimeSpan(12, 'h') };
/** As long as its lease, which is never longer: a tablet lies in a cupboard over half-term. */
const devices = { sliding: new TimeSpan(150, 'd'), absolute: new TimeSpan(150, 'd') };
const lifetimes = { student: children, parent: adults, teacher: adults, admin: adults, device: devices } as const satisfies Record<
  UserKind,
  object
>;

/**
 * Sessions by Lucia, in PostgreSQL. Nothing else imports Lucia. It is given hashed ids: the token itself never leaves
 * this file and the cookie.
 */
export function createSessions(signIn: Database): Sessions {
  const adapter = createAdapter(signIn);
  const createLucia = (sliding: TimeSpan) =>
    new Lucia(adapter, { sessionExpiresIn: sliding, getSessionAttributes: (facts) => facts, getUserAttributes: ({ kind }) => ({ kind }) });
  const forAdults = createLucia(adults.sliding);

  return {
    async begin({ schoolId, userId, kind, deviceId, address, leaseUntil }) {
      const { sliding, absolute } = lifetimes[kind];
      const token = newToken();
      const sessionId = tokenToSessionId(token);
      const lastsUntil = new Date(Math.min(Date.now() + absolute.milliseconds(), leaseUntil?.getTime() ?? Infinity));
      const { expiresAt } = await createLucia(sliding).createSession(userId, { schoolId, deviceId, address, lastsUntil }, { sessionId });
      return { token, sessionId, expiresAt: expiresAt < lastsUntil ? expiresAt : lastsUntil, lastsUntil };
    },
    async validate(sessionId) {
      const { session, user } = await forAdults.validateSession(sessionId);
      if (!session || !user) return null;
      // The database never extends a session beyond its absolute end; neither may what we say of it.
      const expiresAt = new Date(Math.min(session.expiresAt.getTime(), session.lastsUntil.getTime()));
      return { schoolId: session.schoolId, userId: session.userId, expiresAt };
    },
    end: (sessionId) => forAdults.invalidateSession(sessionId),
    deleteExpired: () => forAdults.deleteExpiredSessions(),
  };
}

interface SessionRow {
  readonly school_id: string;
  readonly user_id: string;
  readonly kind: string;
  readonly device_id: string | null;
  readonly expires_at: string;
  readonly absolute_expires_at: string;
}

/** Lucia's view of the definer functions; `sign_in` can call these and read no table. */
function createAdapter(sql: Database): Adapter {
  return {
    async getSessionAndUser(sessionId) {
      const [row] = await sql<SessionRow[]>`
        select school_id, user_id, kind, device_id, expires_at, absolute_expires_at from app.find_session(${sessionId})`;
      if (!row) return [null, null];
      const attributes = { schoolId: row.school_id, deviceId: row.device_id, address: null, lastsUntil: new Date(row.absolute_expires_at) };
      return [
        { id: sessionId, userId: row.user_id, expiresAt: new Date(row.expires_at), attributes },
        { id: row.user_id, attributes: { kind: toUserKind(row.kind) } },
      ];
    },
    async setSession({ id, userId, expiresAt, attributes: { schoolId, deviceId, address, lastsUntil } }) {
      await sql`select app.create_session(${schoolId}, ${id}, ${userId}, ${deviceId}, ${expiresAt}, ${lastsUntil}, ${address})`;
    },
    async updateSessionExpiration(sessionId, expiresAt) {
      await sql`select app.extend_session(${sessionId}, ${expiresAt})`;
    },
    async deleteSession(sessionId) {
      await sql`select app.end_session(${sessionId})`;
    },
    async deleteExpiredSessions() {
      await sql`select app.delete_expired_sessions()`;
    },
    // Lucia names a user by one id, ours belong to a school: `app.end_sessions_of` is called with both where it is needed.
    getUserSessions: () => Promise.reject(new Error('Sessions are not listed by user')),
    deleteUserSessions: () => Promise.reject(new Error('Sessions of a user end with app.end_sessions_of')),
  };
}
