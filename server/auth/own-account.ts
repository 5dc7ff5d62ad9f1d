import { Hono, type Context } from 'hono';
import { describeRoute } from 'hono-openapi';
import { passwordProblem } from '#domain/accounts/new-password.ts';
import { must } from '#domain/must.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Connections } from '../database/connections.ts';
import { withUser } from '../database/enter.ts';
import { clientAddress } from '../http/client-address.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import type { Accounts } from './accounts.ts';
import type { SignInLimits } from './limits.ts';
import type { Passwords } from './passwords.ts';
import { passwordBody } from './schemas.ts';
import { requireSession, type SessionCookie } from './session-cookie.ts';

export interface OwnAccountDependencies {
  readonly connections: Connections;
  readonly keyring: Keyring;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly limits: SignInLimits;
  readonly cookie: SessionCookie;
  readonly trustedProxies: number;
  /** Closes a session's streams. */
  readonly sessionEnded: (sessionId: string) => void;
}

const passwordRoute = describeRoute({
  tags: ['auth'],
  summary: 'Choose another password. Every other session of the person ends.',
  responses: {
    204: { description: 'It is the password from now on.' },
    400: problemAnswer('The request was not understood, or that password cannot be chosen.'),
    401: problemAnswer('No live session, or (`sign_in_failed`) that is not the password now.'),
    429: problemAnswer('Too many tries; `Retry-After` says how many seconds to wait.'),
  },
});
const elsewhereRoute = describeRoute({
  tags: ['auth'],
  summary: 'End every other session of the person.',
  responses: { 204: { description: 'This session alone is left.' }, 401: problemAnswer('No live session.') },
});

/** What somebody who is signed in changes about how they sign in. */
export function ownAccountRoutes(dependencies: OwnAccountDependencies) {
  const { connections, keyring, accounts, passwords, limits, cookie, trustedProxies, sessionEnded } = dependencies;

  /** What everybody knows of the person, and so may be no password. @throws SessionEnded; Problem where the device believes in somebody else (S26) */
  async function known(
    c: Context<AppEnvironment>,
    sessionId: string,
  ): Promise<{ readonly userId: string; readonly words: readonly string[] }> {
    const { schoolId, userId, row } = await withUser(connections.authenticatedUser, sessionId, 'snapshot', async (sql, entered) => {
      const [person] = await sql<{ name: Uint8Array; email: Uint8Array | null }[]>`
        select name_encrypted as name, app.own_email() as email
        from users where school_id = app.current_school_id() and id = app.current_user_id()`;
      c.set('userKind', entered.kind);
      const believed = c.req.header('X-StudyStreaks-User');
      if (believed !== undefined && believed !== entered.userId) throw new Problem('not_signed_in');
      return { ...entered, row: must(person, 'everybody may read their own name') };
    });
    const subject = { schoolId, subjectId: schoolId };
    const open = (column: string, sealed: Uint8Array) => keyring.decrypt(subject, { table: 'users', column, row: userId }, sealed);
    // A child has no password, and a key of its own.
    if (row.email === null) return { userId, words: [] };
    return { userId, words: await Promise.all([open('name_encrypted', row.name), open('email_encrypted', row.email)]) };
  }

  return new Hono<AppEnvironment>()
    .post('/password', passwordRoute, jsonBody(passwordBody), async (c) => {
      const { current, next } = c.req.valid('json');
      const sessionId = requireSession(cookie, c);
      const { userId, words } = await known(c, sessionId);
      const tried = { address: clientAddress(c, trustedProxies), adult: `password/${userId}` };
      await limits.count(tried);
      const credential = await accounts.credentialOfSession(sessionId);
      const isRight = await passwords.verify(credential?.secretHash ?? null, current);
      if (!credential || !isRight || (credential.lockedUntil !== null && credential.lockedUntil > new Date())) {
        // Whoever finds a device open guesses no more often than at the door.
        if (credential) await accounts.recordFailure(credential.schoolId, credential.userId);
        throw new Problem('sign_in_failed');
      }
      const problem = passwordProblem(next, words);
      if (problem !== null || next === current) throw new Problem('invalid_request', { detail: 'That password cannot be chosen.' });
      const ended = await accounts.changePassword(sessionId, await passwords.hash(next));
      for (const other of ended) sessionEnded(other);
      await limits.succeeded(tried);
      return c.body(null, 204);
    })
    .post('/sign-out-elsewhere', elsewhereRoute, async (c) => {
      const sessionId = requireSession(cookie, c);
      await known(c, sessionId);
      for (const other of await accounts.endOtherSessions(sessionId)) sessionEnded(other);
      return c.body(null, 204);
    });
}
