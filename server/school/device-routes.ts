import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { enrol, list, revoke } from './devices.ts';
import { devicesAnswer, enrolBody, enrolledAnswer } from './device-schemas.ts';

export interface DeviceDependencies extends AsUserDependencies {
  readonly keyring: Keyring;
  /** Called after a commit that changed what devices hold. */
  readonly committed: (schoolId: string) => void;
}

const outOfReach = problemAnswer('No such class or device, or none that the caller may enrol devices of.');
const enrolRoute = describeRoute({
  tags: ['school'],
  summary: 'Enrol a device for a class, to the end of the term. The secrets are said once.',
  responses: {
    201: jsonAnswer('Enrolled.', enrolledAnswer),
    400: problemAnswer('The request was not understood.'),
    401: problemAnswer('No live session.'),
    404: outOfReach,
  },
});
const listRoute = describeRoute({
  tags: ['school'],
  summary: 'The devices of the caller’s classes, those that were revoked too.',
  responses: { 200: jsonAnswer('The newest first.', devicesAnswer), 401: problemAnswer('No live session.') },
});
const revokeRoute = describeRoute({
  tags: ['school'],
  summary: 'End a device: it is signed out and forgets the class. What children logged on it can still be delivered.',
  responses: { 204: { description: 'Ended.' }, 401: problemAnswer('No live session.'), 404: outOfReach },
});

export function deviceRoutes(dependencies: DeviceDependencies) {
  const { keyring, committed } = dependencies;
  const asUser = createAsUser(dependencies);
  return new Hono<AppEnvironment>()
    .post('/', enrolRoute, jsonBody(enrolBody), async (c) => {
      const body = c.req.valid('json');
      return c.json(await asUser(c, 'write', async (sql, entering) => enrol(sql, await entering, keyring, body)), 201);
    })
    .get('/', listRoute, async (c) => c.json(await asUser(c, 'snapshot', (sql) => list(sql))))
    .post('/:id/revoke', revokeRoute, async (c) => {
      const id = v.safeParse(uuid, c.req.param('id'));
      if (!id.success) throw new Problem('not_found');
      const { schoolId } = await asUser(c, 'write', async (sql, entering) => {
        const entered = await entering;
        await revoke(sql, id.output);
        return entered;
      });
      committed(schoolId);
      return c.body(null, 204);
    });
}
