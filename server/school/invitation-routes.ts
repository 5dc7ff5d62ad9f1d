import { Hono } from 'hono';
import { describeRoute, validator } from 'hono-openapi';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { childrenOfClass, endGuardianship } from './guardians.ts';
import { childrenAnswer, childrenQuery, invitationsAnswer, issueBody, lettersAnswer, revokeBody } from './invitation-schemas.ts';
import { issueLetters, listInvitations, revokeInvitations } from './invitations.ts';

export interface InvitationDependencies extends AsUserDependencies {
  readonly keyring: Keyring;
  /** Called after a commit that changed what devices hold. */
  readonly committed: (schoolId: string) => void;
}

const problems = {
  400: problemAnswer('The request was not understood.'),
  401: problemAnswer('No live session.'),
  404: problemAnswer('Something of it is out of the caller’s reach, or the caller may not invite parents; nothing has changed.'),
};
const listRoute = describeRoute({
  tags: ['school'],
  summary: 'The school’s letters to parents and what became of each; never a code. Each reading is recorded.',
  responses: { 200: jsonAnswer('The newest first.', invitationsAnswer), ...problems },
});
const childrenRoute = describeRoute({
  tags: ['school'],
  summary: 'The children of a class with the adults who belong to them and the letters that are still out. Each reading is recorded.',
  responses: { 200: jsonAnswer('By name.', childrenAnswer), ...problems },
});
const issueRoute = describeRoute({
  tags: ['school'],
  summary: 'Make letters for children, each with a code that opens once within thirty days. The codes are told this once.',
  responses: { 201: jsonAnswer('What to print.', lettersAnswer), ...problems },
});
const revokeRoute = describeRoute({
  tags: ['school'],
  summary: 'End letters that nobody has used.',
  responses: { 204: { description: 'None of them opens any more.' }, ...problems },
});
const endRoute = describeRoute({
  tags: ['school'],
  summary: 'End an adult’s link with a child. It acts at once; their devices hear of it at their next contact.',
  responses: { 204: { description: 'They belong together no more.' }, ...problems },
});

/** Parents’ letters, and the links that came of them. */
export function invitationRoutes(dependencies: InvitationDependencies) {
  const { keyring } = dependencies;
  const asUser = createAsUser(dependencies);
  const query = validator('query', childrenQuery, (result) => {
    if (!result.success) throw new Problem('invalid_request', { detail: 'Say which class: ?classId=….' });
  });
  return new Hono<AppEnvironment>()
    .get('/', listRoute, async (c) =>
      c.json(await asUser(c, 'write', async (sql, entering) => listInvitations(sql, await entering, keyring))),
    )
    .get('/children', childrenRoute, query, async (c) => {
      const { classId } = c.req.valid('query');
      return c.json(await asUser(c, 'write', async (sql, entering) => childrenOfClass(sql, await entering, keyring, classId)));
    })
    .post('/', issueRoute, jsonBody(issueBody), async (c) => {
      const body = c.req.valid('json');
      return c.json(await asUser(c, 'write', async (sql, entering) => issueLetters(sql, await entering, keyring, body)), 201);
    })
    .post('/revoke', revokeRoute, jsonBody(revokeBody), async (c) => {
      const { ids } = c.req.valid('json');
      await asUser(c, 'write', (sql, entering) => entering.then(() => revokeInvitations(sql, ids)));
      return c.body(null, 204);
    });
}

export function guardianshipRoutes(dependencies: InvitationDependencies) {
  const asUser = createAsUser(dependencies);
  return new Hono<AppEnvironment>().post('/:id/end', endRoute, async (c) => {
    const id = v.safeParse(uuid, c.req.param('id'));
    if (!id.success) throw new Problem('not_found');
    const schoolId = await asUser(c, 'write', async (sql, entering) => {
      const entered = await entering;
      await endGuardianship(sql, id.output);
      return entered.schoolId;
    });
    dependencies.committed(schoolId);
    return c.body(null, 204);
  });
}
