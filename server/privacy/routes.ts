import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { consentAnswer, decisionBody } from './consent-schemas.ts';
import { decide, readConsents } from './consents.ts';

export interface PrivacyDependencies extends AsUserDependencies {
  /** Called after a commit that changed what devices hold. */
  readonly committed: (schoolId: string) => void;
}

const readRoute = describeRoute({
  tags: ['privacy'],
  summary: 'What the caller may be asked about each of their children, what stands, and what they have said.',
  responses: {
    200: jsonAnswer('The newest notices, and no child for whoever looks after none.', consentAnswer),
    401: problemAnswer('No live session.'),
  },
});
const decideRoute = describeRoute({
  tags: ['privacy'],
  summary: 'Say yes or no to a purpose for a child. It stands at once, and devices hear of it at their next contact.',
  responses: {
    204: { description: 'It is kept.' },
    400: problemAnswer('The request was not understood, or there is no such notice.'),
    401: problemAnswer('No live session.'),
    404: problemAnswer('No such child, or none for whom the caller decides.'),
  },
});

/** What people decide about the data that the school keeps of them. */
export function privacyRoutes(dependencies: PrivacyDependencies) {
  const asUser = createAsUser(dependencies);
  return new Hono<AppEnvironment>()
    .get('/consents', readRoute, async (c) =>
      c.json(await asUser(c, 'snapshot', (sql, entering) => entering.then(() => readConsents(sql)))),
    )
    .post('/consents', decideRoute, jsonBody(decisionBody), async (c) => {
      const decision = c.req.valid('json');
      const schoolId = await asUser(c, 'write', async (sql, entering) => {
        const { schoolId } = await entering;
        await decide(sql, decision);
        return schoolId;
      });
      dependencies.committed(schoolId);
      return c.body(null, 204);
    });
}
