import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { Transaction } from '../database/connections.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';

const contactAnswer = v.object({
  children: v.array(
    v.object({
      studentId: uuid,
      /** When the school last heard from a device of the child’s or the family’s; `week`: within seven days. */
      heard: v.picklist(['today', 'week', 'longer', 'never']),
    }),
  ),
});
type Contact = v.InferOutput<typeof contactAnswer>['children'][number];

const contactRoute = describeRoute({
  tags: ['school'],
  summary: 'Of each child of a class, about how long ago the school last heard from the child or the family. Coarse, and of no device.',
  responses: {
    200: jsonAnswer('The children whom the caller may see.', contactAnswer),
    401: problemAnswer('No live session.'),
    404: problemAnswer('No such class, or none whose roster the caller reads.'),
  },
});

/** Who of a class has not been heard from, for those who teach it. */
export function contactRoutes(dependencies: AsUserDependencies) {
  const asUser = createAsUser(dependencies);
  return new Hono<AppEnvironment>().get('/:id/contact', contactRoute, async (c) => {
    const id = v.safeParse(uuid, c.req.param('id'));
    if (!id.success) throw new Problem('not_found');
    return c.json({ children: await asUser(c, 'snapshot', (sql, entering) => entering.then(() => contactOf(sql, id.output))) });
  });
}

async function contactOf(sql: Transaction, classId: string): Promise<readonly Contact[]> {
  // Security: scope before existence.
  const [found] = await sql<{ isReached: boolean | null }[]>`select app.reaches('class_staff.read', ${classId}) as "isReached"`;
  if (!found?.isReached) throw new Problem('not_found');
  return sql<Contact[]>`select student_id as "studentId", heard from app.class_contact(${classId})`;
}
