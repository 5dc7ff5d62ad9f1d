import type { Context } from 'hono';
import * as v from 'valibot';
import { uuid } from '#domain/ids.ts';
import { Problem } from '../http/problem.ts';

/** The id in the address. One that can be none is answered like one that is not there. */
export function evidenceId(c: Context): string {
  const parsed = v.safeParse(uuid, c.req.param('id'));
  if (!parsed.success) throw new Problem('not_found');
  return parsed.output;
}
