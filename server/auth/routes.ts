import { Hono, type Context } from 'hono';
import { describeRoute } from 'hono-openapi';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Connections } from '../database/connections.ts';
import { withUser } from '../database/enter.ts';
import { clientAddress } from '../http/client-address.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import type { SchoolKeys } from '../delivery/school-keys.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Accounts } from './accounts.ts';
import { describeSession } from './describe-session.ts';
import type { SignInLimits } from './limits.ts';
import { ownAccountRoutes } from './own-account.ts';
import type { Passwords } from './passwords.ts';
import { classAnswer, classBody, sessionAnswer, signInBody, type SessionAnswer, type SignInBody } from './schemas.ts';
import { newToken, requireSession, tokenToHash, type SessionCookie } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';
import { createSignIn, type Person } from './sign-in.ts';

export interface AuthDependencies {
  readonly connections: Connections;
  readonly keyring: Keyring;
  readonly schoolKeys: SchoolKeys;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly limits: SignInLimits;
  readonly cookie: SessionCookie;
  readonly metrics: Metrics;
  readonly trustedProxies: number;
  /** Closes a session's streams. */
  readonly sessionEnded: (sessionId: string) => void;
}

const signInRoute = describeRoute({
  tags: ['auth'],
  summary: 'Sign in: school, email and password; class code, own picture and three pictures; a card; or the secret of a class device.',
  responses: {
    200: jsonAnswer('Signed in; the cookie carries the session.', sessionAnswer),
    400: problemAnswer('The request was not understood.'),
    401: problemAnswer('That did not match. One wording for every reason.'),
    429: problemAnswer('Too many tries; `Retry-After` says how many seconds to wait.'),
  },
});
const classRoute = describeRoute({
  tags: ['auth'],
  summary: 'The children of a class by its code, for the screen on which each finds their own picture.',
  responses: {
    200: jsonAnswer('First names and pictures.', classAnswer),
    400: problemAnswer('The request was not understood.'),
    401: problemAnswer('No class that may be opened here has that code.'),
    429: problemAnswer('Too many tries; `Retry-After` says how many seconds to wait.'),
  },
});
const signOutRoute = describeRoute({
  tags: ['auth'],
  summary: 'End the session.',
  responses: { 204: { description: 'The session is gone.' } },
});
const sessionRoute = describeRoute({
  tags: ['auth'],
  summary: 'Who is signed in, and what they may do where.',
  responses: { 200: jsonAnswer('The live session.', sessionAnswer), 401: problemAnswer('No live session.') },
});

export function authRoutes(dependencies: AuthDependencies) {
  const { connections, keyring, schoolKeys, accounts, sessions, cookie, metrics, trustedProxies, sessionEnded } = dependencies;
  const signIn = createSignIn(dependencies);

  const describe = async (c: Context<AppEnvironment>, sessionId: string, expiresAt: Date, token: string | null): Promise<SessionAnswer> => {
    const session = await withUser(connections.authenticatedUser, sessionId, 'snapshot', (sql, entered) => {
      c.set('userKind', entered.kind);
      return describeSession(sql, entered, keyring, expiresAt);
    });
    return { ...session, delivery: { schoolKey: await schoolKeys.current(session.user.schoolId), token } };
  };

  /** A class device has a token of its own, from when it was enrolled: it writes nothing itself. */
  async function issueDeliveryToken({ schoolId, userId, kind }: Person, device: string | undefined): Promise<string | null> {
    if (kind === 'device') return null;
    const token = newToken();
    await accounts.issueDeliveryToken(schoolId, userId, device ?? null, tokenToHash(token));
    return token;
  }

  function personOf(c: Context<AppEnvironment>, body: SignInBody, address: string): Promise<Person> {
    if ('email' in body) return signIn.adult(body, address);
    if ('card' in body) return signIn.card(body, address);
    return 'deviceSecret' in body ? signIn.device(body, address) : signIn.child(body, address, cookie.read(c));
  }

  async function endSession(sessionId: string): Promise<void> {
    await sessions.end(sessionId);
    sessionEnded(sessionId);
  }

  /** A new token at each sign-in; the one that the browser held before ends with it. */
  async function beginSession(
    c: Context<AppEnvironment>,
    person: Person,
    device: string | undefined,
    address: string,
  ): Promise<SessionAnswer> {
    const { schoolId, userId, kind, leaseUntil } = person;
    const earlier = cookie.read(c);
    if (earlier !== null) await endSession(earlier);
    if (device !== undefined) await accounts.registerDevice(schoolId, userId, device);
    const isStaff = kind === 'teacher' || kind === 'admin';
    const { token, sessionId, expiresAt, lastsUntil } = await sessions.begin({
      schoolId,
      userId,
      kind,
      deviceId: device ?? null,
      address: isStaff ? address : null,
      ...(leaseUntil && { leaseUntil }),
    });
    const answer = await describe(c, sessionId, expiresAt, await issueDeliveryToken(person, device));
    cookie.write(c, token, lastsUntil);
    return answer;
  }

  return new Hono<AppEnvironment>()
    .route('/', ownAccountRoutes(dependencies))
    .post('/sign-in', signInRoute, jsonBody(signInBody), async (c) => {
      const body = c.req.valid('json');
      const address = clientAddress(c, trustedProxies);
      try {
        const person = await personOf(c, body, address);
        const answer = await beginSession(c, person, body.device, address);
        metrics.signIns.inc({ outcome: 'signed_in' });
        return c.json(answer);
      } catch (error) {
        if (error instanceof Problem) metrics.signIns.inc({ outcome: error.code });
        throw error;
      }
    })
    .post('/class', classRoute, jsonBody(classBody), async (c) =>
      c.json(await signIn.classOf(c.req.valid('json').classCode, clientAddress(c, trustedProxies), cookie.read(c))),
    )
    .post('/sign-out', signOutRoute, async (c) => {
      const sessionId = cookie.read(c);
      if (sessionId !== null) await endSession(sessionId);
      cookie.clear(c);
      return c.body(null, 204);
    })
    .get('/session', sessionRoute, async (c) => {
      const sessionId = requireSession(cookie, c);
      const session = await sessions.validate(sessionId);
      if (!session) throw new Problem('not_signed_in');
      return c.json(await describe(c, sessionId, session.expiresAt, null));
    });
}
