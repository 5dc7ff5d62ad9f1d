import { Hono } from 'hono';
import { describeRoute, validator } from 'hono-openapi';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { flagsAnswer, flagsQuery, handleBody, openAnswer } from './flag-schemas.ts';
import { countOpenFlags, handleFlag, readFlags } from './flags.ts';

export interface FlagDependencies extends AsUserDependencies {
  readonly keyring: Keyring;
}

const readRoute = describeRoute({
  tags: ['school'],
  summary: 'Concerns about children, as far as the caller has raised them or handles them. Read online alone; each reading is recorded.',
  responses: {
    200: jsonAnswer('The newest first; none for anybody else.', flagsAnswer),
    400: problemAnswer('The request was not understood.'),
    401: problemAnswer('No live session.'),
  },
});
const openRoute = describeRoute({
  tags: ['school'],
  summary: 'How many concerns wait for the caller to handle them.',
  responses: { 200: jsonAnswer('None for anybody but the safeguarding lead.', openAnswer), 401: problemAnswer('No live session.') },
});
const handleRoute = describeRoute({
  tags: ['school'],
  summary: 'Close a concern with what was done about it.',
  responses: {
    204: { description: 'Closed.' },
    400: problemAnswer('The request was not understood.'),
    401: problemAnswer('No live session.'),
    404: problemAnswer('No such concern, or none that is the caller’s to handle.'),
    409: problemAnswer('It was closed meanwhile.'),
  },
});

export function flagRoutes(dependencies: FlagDependencies) {
  const { keyring } = dependencies;
  const asUser = createAsUser(dependencies);
  const query = validator('query', flagsQuery, (result) => {
    if (!result.success) throw new Problem('invalid_request', { detail: 'Say which: ?state=open or ?state=handled.' });
  });
  return new Hono<AppEnvironment>()
    .get('/', readRoute, query, async (c) =>
      c.json(await asUser(c, 'write', async (sql, entering) => readFlags(sql, await entering, keyring, c.req.valid('query')))),
    )
    .get('/open', openRoute, async (c) => {
      const open = await asUser(c, 'snapshot', async (sql, entering) => {
        const [count] = await Promise.all([countOpenFlags(sql), entering]);
        return count;
      });
      return c.json({ open });
    })
    .post('/:id/handle', handleRoute, jsonBody(handleBody), async (c) => {
      const id = v.safeParse(uuid, c.req.param('id'));
      if (!id.success) throw new Problem('not_found');
      const { outcome } = c.req.valid('json');
      await asUser(c, 'write', async (sql, entering) => handleFlag(sql, await entering, keyring, id.output, outcome));
      return c.body(null, 204);
    });
}
