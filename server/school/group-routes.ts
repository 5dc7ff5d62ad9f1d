import { Hono } from 'hono';
import { describeRoute, validator } from 'hono-openapi';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { Transaction } from '../database/connections.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonAnswer, jsonBody, problemAnswer } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { formBody, groupsAnswer, inviteBody, renameBody } from './group-schemas.ts';
import { dissolveGroup, formGroup, invite, joinGroup, leaveGroup, readGroups, renameGroup } from './groups.ts';

export interface GroupDependencies extends AsUserDependencies {
  /** Called after a commit that changed what devices hold. */
  readonly committed: (schoolId: string) => void;
}

const refusals = {
  400: problemAnswer('The request was not understood.'),
  401: problemAnswer('No live session.'),
  404: problemAnswer('No such class or group, or none whose groups the caller forms.'),
};
const notFormed = problemAnswer(
  'A child is in a group already, has left the class or may not be in one, or there would be too few or too many.',
);
const readRoute = describeRoute({
  tags: ['school'],
  summary: 'The buddy groups of a class with their latest cheers, and which children could be in one. Read online alone.',
  responses: { 200: jsonAnswer('The oldest group first.', groupsAnswer), ...refusals },
});
const formRoute = describeRoute({
  tags: ['school'],
  summary: 'Form a buddy group. Each child is invited, and belongs to it from when it says yes.',
  responses: { 204: { description: 'Formed.' }, ...refusals, 409: notFormed },
});
const inviteRoute = describeRoute({
  tags: ['school'],
  summary: 'Invite one more child into a group that has room.',
  responses: { 204: { description: 'Invited.' }, ...refusals, 409: notFormed },
});
const renameRoute = describeRoute({
  tags: ['school'],
  summary: 'Give a buddy group another name.',
  responses: { 204: { description: 'Renamed.' }, ...refusals },
});
const dissolveRoute = describeRoute({
  tags: ['school'],
  summary: 'End a buddy group; its children are free for another.',
  responses: { 204: { description: 'Ended.' }, 401: refusals[401], 404: refusals[404] },
});
const ownRefusals = { 401: refusals[401], 404: problemAnswer('No such group, or none that the caller may join or leave.') };
const joinRoute = describeRoute({
  tags: ['school'],
  summary: 'The signed-in child says yes to a buddy group that it is invited to.',
  responses: { 204: { description: 'Joined.' }, ...ownRefusals },
});
const leaveRoute = describeRoute({
  tags: ['school'],
  summary: 'The signed-in child leaves a buddy group, for good. Nobody is told.',
  responses: { 204: { description: 'Left.' }, ...ownRefusals },
});

export function groupRoutes(dependencies: GroupDependencies) {
  const asUser = createAsUser(dependencies);
  const query = validator('query', v.object({ classId: uuid }), (result) => {
    if (!result.success) throw new Problem('invalid_request', { detail: 'Say which class: ?classId=…' });
  });
  const writing = async (c: Parameters<typeof asUser>[0], work: (sql: Transaction) => Promise<void>): Promise<Response> => {
    const schoolId = await asUser(c, 'write', async (sql, entering) => {
      const entered = await entering;
      await work(sql);
      return entered.schoolId;
    });
    dependencies.committed(schoolId);
    return c.body(null, 204);
  };
  return new Hono<AppEnvironment>()
    .get('/', readRoute, query, async (c) =>
      c.json(await asUser(c, 'snapshot', (sql, entering) => entering.then(() => readGroups(sql, c.req.valid('query').classId)))),
    )
    .post('/', formRoute, jsonBody(formBody), (c) => writing(c, (sql) => formGroup(sql, c.req.valid('json'))))
    .post('/:id/invite', inviteRoute, jsonBody(inviteBody), (c) => {
      const id = idOf(c.req.param('id'));
      return writing(c, (sql) => invite(sql, id, c.req.valid('json').studentId));
    })
    .post('/:id/rename', renameRoute, jsonBody(renameBody), (c) => {
      const id = idOf(c.req.param('id'));
      return writing(c, (sql) => renameGroup(sql, id, c.req.valid('json').name));
    })
    .post('/:id/dissolve', dissolveRoute, (c) => {
      const id = idOf(c.req.param('id'));
      return writing(c, (sql) => dissolveGroup(sql, id));
    })
    .post('/:id/join', joinRoute, (c) => {
      const id = idOf(c.req.param('id'));
      return writing(c, (sql) => joinGroup(sql, id));
    })
    .post('/:id/leave', leaveRoute, (c) => {
      const id = idOf(c.req.param('id'));
      return writing(c, (sql) => leaveGroup(sql, id));
    });
}

/** @throws Problem `not_found` for what is no id */
function idOf(text: string): string {
  const id = v.safeParse(uuid, text);
  if (!id.success) throw new Problem('not_found');
  return id.output;
}
