import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import { clientAddress } from '../http/client-address.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { joinChild } from './invited.ts';
import { createJoining, type JoiningDependencies } from './joining.ts';
import { addBody, joinAnswer, joinBody, lookAnswer, lookBody } from './schemas.ts';

export interface JoinDependencies extends AsUserDependencies, JoiningDependencies {
  /** Called after a commit that changed what devices hold. */
  readonly committed: (schoolId: string) => void;
}

const problems = {
  400: problemAnswer('The request was not understood.'),
  422: problemAnswer('It did not work: one wording for every reason that a code or an address has.'),
  429: problemAnswer('Too many tries; `Retry-After` says how many seconds to wait.'),
};
const lookRoute = describeRoute({
  tags: ['auth'],
  summary: 'Which school’s and which child’s letter a code is of, as the letter says itself. The code stays good.',
  responses: { 200: jsonAnswer('The school’s name and the child’s first name.', lookAnswer), ...problems },
});
const joinRoute = describeRoute({
  tags: ['auth'],
  summary: 'Make a parent’s account by a letter’s code. The code is used with it; what may be decided for the child, the school has said.',
  responses: { 201: jsonAnswer('The school to sign in at.', joinAnswer), ...problems },
});
const addRoute = describeRoute({
  tags: ['auth'],
  summary: 'Add the child of a letter’s code to the account of the parent who is signed in.',
  responses: { 204: { description: 'They belong together now.' }, 401: problemAnswer('No live session.'), ...problems },
});

export function joinRoutes(dependencies: JoinDependencies) {
  const { connections, limits, trustedProxies, committed } = dependencies;
  const joining = createJoining(dependencies, connections.signIn);
  const asUser = createAsUser(dependencies);
  return new Hono<AppEnvironment>()
    .post('/look', lookRoute, jsonBody(lookBody), async (c) =>
      c.json(await joining.look(c.req.valid('json').code, clientAddress(c, trustedProxies))),
    )
    .post('/', joinRoute, jsonBody(joinBody), async (c) => {
      const { schoolId, school } = await joining.join(c.req.valid('json'), clientAddress(c, trustedProxies));
      committed(schoolId);
      return c.json({ school }, 201);
    })
    .post('/add', addRoute, jsonBody(addBody), async (c) => {
      const { code, relationship } = c.req.valid('json');
      const { hash, tried } = await joining.tryCode(code, clientAddress(c, trustedProxies));
      const schoolId = await asUser(c, 'write', async (sql, entering) => {
        const entered = await entering;
        const outcome = await joinChild(sql, hash, relationship);
        if (outcome === 'already') throw new Problem('already_joined');
        if (outcome === 'not_found') throw new Problem('join_failed');
        return entered.schoolId;
      });
      await limits.succeeded(tried);
      committed(schoolId);
      return c.body(null, 204);
    });
}
