import { Hono } from 'hono';
import { describeRoute, validator } from 'hono-openapi';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { cardsOfClass, issueCards, revokeCards } from './cards.ts';

/** More than the largest primary schools have children. */
const mostChildren = 1500;
const studentsBody = v.strictObject({ studentIds: v.pipe(v.array(uuid), v.minLength(1), v.maxLength(mostChildren)) });
const issuedAnswer = v.object({ cards: v.array(v.object({ studentId: uuid, secret: v.string() })) });
const standingAnswer = v.object({ cards: v.array(v.object({ studentId: uuid, issuedAt: v.string() })) });
const classQuery = v.strictObject({ classId: uuid });

const problems = {
  400: problemAnswer('The request was not understood.'),
  401: problemAnswer('No live session.'),
  404: problemAnswer('Somebody of these, or the class, is out of the caller’s reach; nothing has changed.'),
};
const issueRoute = describeRoute({
  tags: ['school'],
  summary: 'A new sign-in card for each of these children. What is on it is told this once; the earlier card ends.',
  responses: { 200: jsonAnswer('What to print.', issuedAnswer), ...problems },
});
const revokeRoute = describeRoute({
  tags: ['school'],
  summary: 'End the sign-in cards of these children, and whatever they have opened.',
  responses: { 204: { description: 'None of them has a card.' }, ...problems },
});
const standingRoute = describeRoute({
  tags: ['school'],
  summary: 'Which children of a class have a sign-in card, and since when.',
  responses: { 200: jsonAnswer('Those who have one.', standingAnswer), ...problems },
});

/** Children's printed sign-in cards: for staff who may issue them, of children whom they reach. */
export function cardRoutes(dependencies: AsUserDependencies) {
  const asUser = createAsUser(dependencies);
  const query = validator('query', classQuery, (result) => {
    if (!result.success) throw new Problem('invalid_request', { detail: 'Say which class: ?classId=….' });
  });

  return new Hono<AppEnvironment>()
    .get('/', standingRoute, query, async (c) => {
      const { classId } = c.req.valid('query');
      return c.json({ cards: await asUser(c, 'snapshot', (sql, entering) => entering.then(() => cardsOfClass(sql, classId))) });
    })
    .post('/', issueRoute, jsonBody(studentsBody), async (c) => {
      const { studentIds } = c.req.valid('json');
      return c.json({ cards: await asUser(c, 'write', (sql, entering) => entering.then(() => issueCards(sql, studentIds))) });
    })
    .post('/revoke', revokeRoute, jsonBody(studentsBody), async (c) => {
      const { studentIds } = c.req.valid('json');
      await asUser(c, 'write', (sql, entering) => entering.then(() => revokeCards(sql, studentIds)));
      return c.body(null, 204);
    });
}
