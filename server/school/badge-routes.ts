import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { Transaction } from '../database/connections.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { badgeBody, badgesAnswer, madeAnswer, useBody } from './badge-schemas.ts';
import { changeBadge, listBadges, makeBadge, setInUse } from './badges.ts';

export interface BadgeDependencies extends AsUserDependencies {
  /** Called after a commit that changed what devices hold. */
  readonly committed: (schoolId: string) => void;
}

const refusals = {
  400: problemAnswer('The request was not understood.'),
  401: problemAnswer('No live session.'),
  404: problemAnswer('No such badge, or the badges are not the caller’s to manage.'),
};
const nameTaken = problemAnswer('There is a badge of this name already.');
const listRoute = describeRoute({
  tags: ['school'],
  summary: 'The badges that teachers give: the school’s own, and the built-in ones.',
  responses: { 200: jsonAnswer('By name.', badgesAnswer), 401: refusals[401], 404: refusals[404] },
});
const makeRoute = describeRoute({
  tags: ['school'],
  summary: 'Make a badge of the school’s own.',
  responses: { 201: jsonAnswer('Made.', madeAnswer), ...refusals, 422: nameTaken },
});
const changeRoute = describeRoute({
  tags: ['school'],
  summary: 'Change a badge of the school’s own. Children who have it see the change too.',
  responses: { 204: { description: 'Changed.' }, ...refusals, 422: nameTaken },
});
const useRoute = describeRoute({
  tags: ['school'],
  summary: 'Take a badge out of use, or back into use. Whoever has it keeps it.',
  responses: { 204: { description: 'Done.' }, ...refusals },
});

export function badgeRoutes(dependencies: BadgeDependencies) {
  const asUser = createAsUser(dependencies);
  const writing = async <Result>(c: Parameters<typeof asUser>[0], work: (sql: Transaction) => Promise<Result>): Promise<Result> => {
    const { result, schoolId } = await asUser(c, 'write', async (sql, entering) => {
      const entered = await entering;
      return { result: await work(sql), schoolId: entered.schoolId };
    });
    dependencies.committed(schoolId);
    return result;
  };
  return new Hono<AppEnvironment>()
    .get('/', listRoute, async (c) => c.json(await asUser(c, 'snapshot', (sql) => listBadges(sql))))
    .post('/', makeRoute, jsonBody(badgeBody), async (c) =>
      c.json({ id: await writing(c, (sql) => makeBadge(sql, c.req.valid('json'))) }, 201),
    )
    .post('/:id', changeRoute, jsonBody(badgeBody), async (c) => {
      const id = idOf(c.req.param('id'));
      await writing(c, (sql) => changeBadge(sql, id, c.req.valid('json')));
      return c.body(null, 204);
    })
    .post('/:id/use', useRoute, jsonBody(useBody), async (c) => {
      const id = idOf(c.req.param('id'));
      await writing(c, (sql) => setInUse(sql, id, c.req.valid('json').isActive));
      return c.body(null, 204);
    });
}

/** @throws Problem `not_found` for what is no id */
function idOf(text: string): string {
  const id = v.safeParse(uuid, text);
  if (!id.success) throw new Problem('not_found');
  return id.output;
}
