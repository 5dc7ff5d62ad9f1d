import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';

export interface ChildDependencies extends AsUserDependencies {
  /** Called after a commit that changed what devices hold. */
  readonly committed: (schoolId: string) => void;
}

const unlockRoute = describeRoute({
  tags: ['school'],
  summary: 'Let a child try again at once who has missed the own pictures too often, here and on the class’s devices.',
  responses: {
    204: { description: 'Earlier wrong tries are forgotten.' },
    401: problemAnswer('No live session.'),
    404: problemAnswer('No such child, or none of a class whose devices the caller enrols.'),
  },
});

export function childRoutes(dependencies: ChildDependencies) {
  const asUser = createAsUser(dependencies);
  return new Hono<AppEnvironment>().post('/:id/unlock', unlockRoute, async (c) => {
    const id = v.safeParse(uuid, c.req.param('id'));
    if (!id.success) throw new Problem('not_found');
    const schoolId = await asUser(c, 'write', async (sql, entering) => {
      const [row] = await sql<{ isUnlocked: boolean }[]>`select app.unlock_child(${id.output}) as "isUnlocked"`;
      if (!row?.isUnlocked) throw new Problem('not_found');
      return (await entering).schoolId;
    });
    dependencies.committed(schoolId);
    return c.body(null, 204);
  });
}
