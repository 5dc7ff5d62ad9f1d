import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, problemAnswer } from '../http/json.ts';
import { deleteWishesAnswer, listDeleteWishes } from './delete-wishes.ts';

const listRoute = describeRoute({
  tags: ['school'],
  summary: 'How many wishes to delete something wait for a teacher in each class, and since when; not whose, nor of what.',
  responses: {
    200: jsonAnswer('Those that wait longest first.', deleteWishesAnswer),
    401: problemAnswer('No live session.'),
    404: problemAnswer('Not the caller’s to know.'),
  },
});

export function deleteWishRoutes(dependencies: AsUserDependencies) {
  const asUser = createAsUser(dependencies);
  return new Hono<AppEnvironment>().get('/', listRoute, async (c) => c.json(await asUser(c, 'snapshot', listDeleteWishes)));
}
