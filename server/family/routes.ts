import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import { inTransaction } from '../database/transaction.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import type { Metrics } from '../observability/metrics.ts';
import { changePreferences, readPreferences } from './preferences.ts';
import { digestAnswer, digestBody, type DigestAnswer } from './schemas.ts';
import { readStopToken, type Recipient } from './stop-token.ts';

export interface FamilyDependencies extends AsUserDependencies {
  readonly keyring: Keyring;
  readonly metrics: Metrics;
  /** Whether the server has a way to send mail. */
  readonly canSendMail: boolean;
}

const readRoute = describeRoute({
  tags: ['family'],
  summary: 'Whether the caller has the weekly email, in which language, and where it would go.',
  responses: {
    200: jsonAnswer('As it stands.', digestAnswer),
    401: problemAnswer('No live session.'),
    404: problemAnswer('The caller is no parent.'),
  },
});
const changeRoute = describeRoute({
  tags: ['family'],
  summary: 'Switch the weekly email on or off.',
  responses: {
    204: { description: 'It is kept.' },
    400: problemAnswer('The request was not understood, or there is no address, or no way to send mail.'),
    401: problemAnswer('No live session.'),
    404: problemAnswer('The caller is no parent.'),
  },
});
const stopRoute = describeRoute({
  tags: ['family'],
  summary: 'Stop the weekly email by the link of a mail, signed in or not (RFC 8058). The body is of no account.',
  responses: { 204: { description: 'No more will come.' }, 404: problemAnswer('The link is none of ours.') },
});
const stopPageRoute = describeRoute({
  tags: ['family'],
  summary:
    'The same address opened by a person: leads to the page that asks. It stops nothing, since mail programs look links up by themselves.',
  responses: { 302: { description: 'The page that asks.' } },
});

/** What a family arranges for itself. */
export function familyRoutes(dependencies: FamilyDependencies) {
  const { connections, keyring, canSendMail } = dependencies;
  const asUser = createAsUser(dependencies);

  async function stop({ schoolId, parentId }: Recipient): Promise<void> {
    await inTransaction(connections.backgroundWorker, 'read committed', async (sql) => {
      await sql`select app.enter_worker(${schoolId})`;
      await sql`
        update parents set preferences = preferences || '{"weeklyDigest": false}'
        where school_id = ${schoolId} and id = ${parentId} and preferences -> 'weeklyDigest' = 'true'`;
    });
  }

  return new Hono<AppEnvironment>()
    .get('/digest', readRoute, async (c) => {
      const read = await asUser(c, 'snapshot', async (sql, entering) => {
        const { schoolId, userId } = await entering;
        const { weeklyDigest, language } = await readPreferences(sql);
        const [row] = await sql<{ email: Uint8Array | null }[]>`select app.own_email() as email`;
        return { schoolId, userId, isOn: weeklyDigest, language, sealed: row?.email ?? null };
      });
      const { schoolId, userId, isOn, language, sealed } = read;
      const cell = { table: 'users', column: 'email_encrypted', row: userId };
      const email = sealed && (await keyring.decrypt({ schoolId, subjectId: schoolId }, cell, sealed));
      return c.json({ canSend: canSendMail, isOn, language, email } satisfies DigestAnswer);
    })
    .post('/digest', changeRoute, jsonBody(digestBody), async (c) => {
      const { isOn, language } = c.req.valid('json');
      if (isOn && !canSendMail) throw new Problem('invalid_request', { detail: 'The school’s server cannot send email yet.' });
      await asUser(c, 'write', async (sql, entering) => {
        await entering;
        await changePreferences(sql, { weeklyDigest: isOn, language });
        const [row] = await sql<{ email: Uint8Array | null }[]>`select app.own_email() as email`;
        if (isOn && !row?.email) throw new Problem('invalid_request', { detail: 'The school knows no email address of yours.' });
      });
      return c.body(null, 204);
    })
    .post('/digest/stop/:token', stopRoute, async (c) => {
      const recipient = await readStopToken(keyring, c.req.param('token'));
      if (!recipient) throw new Problem('not_found');
      await stop(recipient);
      return c.body(null, 204);
    })
    .get('/digest/stop/:token', stopPageRoute, (c) => c.redirect(`/stop-mail#${encodeURIComponent(c.req.param('token'))}`, 302));
}
