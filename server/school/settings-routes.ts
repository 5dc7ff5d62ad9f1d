import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import * as v from 'valibot';
import { createAsUser, type AsUserDependencies } from '../auth/as-user.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { jsonBody, problemAnswer } from '../http/json.ts';
import { showOnBoards } from './boards.ts';
import { changeSettings, settingsBody } from './settings.ts';

export interface SettingsDependencies extends AsUserDependencies {
  /** Called after a commit that changed what devices hold. */
  readonly committed: (schoolId: string) => void;
}

const refusals = { 400: problemAnswer('The request was not understood.'), 401: problemAnswer('No live session.') };
const changeRoute = describeRoute({
  tags: ['school'],
  summary:
    'Switch boards and buddies on or off for the school, or set its colour. It stands at once, and devices hear of it at their next contact.',
  responses: {
    204: { description: 'It stands.' },
    ...refusals,
    404: problemAnswer('The settings are not the caller’s to change.'),
  },
});
const shownRoute = describeRoute({
  tags: ['school'],
  summary: 'A child says whether the own first name may stand on the class’s boards. Nobody says so for a child.',
  responses: { 204: { description: 'It is kept.' }, ...refusals, 404: problemAnswer('The caller is no child.') },
});

const shownBody = v.strictObject({ isShown: v.boolean() });

/** What a school has switched on, and what a child says to it. */
export function settingsRoutes(dependencies: SettingsDependencies) {
  const asUser = createAsUser(dependencies);
  return new Hono<AppEnvironment>()
    .post('/settings', changeRoute, jsonBody(settingsBody), async (c) => {
      const schoolId = await asUser(c, 'write', async (sql, entering) => {
        const { schoolId } = await entering;
        await changeSettings(sql, c.req.valid('json'));
        return schoolId;
      });
      dependencies.committed(schoolId);
      return c.body(null, 204);
    })
    .post('/boards/shown', shownRoute, jsonBody(shownBody), async (c) => {
      const schoolId = await asUser(c, 'write', async (sql, entering) => {
        const { schoolId } = await entering;
        await showOnBoards(sql, c.req.valid('json').isShown);
        return schoolId;
      });
      dependencies.committed(schoolId);
      return c.body(null, 204);
    });
}
