import { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import * as v from 'valibot';
import type { AppEnvironment } from './environment.ts';
import { jsonAnswer, problemAnswer } from './json.ts';
import { Problem } from './problem.ts';

export interface HealthDependencies {
  /** Whether the database is reached and migrated. */
  readonly isReady: () => Promise<boolean>;
}

const ok = v.object({ status: v.literal('ok') });

export function healthRoutes({ isReady }: HealthDependencies) {
  return new Hono<AppEnvironment>()
    .get(
      '/health',
      describeRoute({ tags: ['operations'], summary: 'The process lives.', responses: { 200: jsonAnswer('It does.', ok) } }),
      (c) => c.json({ status: 'ok' }),
    )
    .get(
      '/ready',
      describeRoute({
        tags: ['operations'],
        summary: 'The database is reached and migrated.',
        responses: { 200: jsonAnswer('It is.', ok), 503: problemAnswer('It is not.') },
      }),
      async (c) => {
        if (!(await isReady())) throw new Problem('unavailable');
        return c.json({ status: 'ok' });
      },
    );
}
