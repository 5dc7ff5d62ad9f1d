import { resolver, validator } from 'hono-openapi';
import type { GenericSchema } from 'valibot';
import * as v from 'valibot';
import { Problem } from './problem.ts';

/** Checks a route's body by `schema`, and writes the schema into the OpenAPI document. 400 names the field, never its value. */
export function jsonBody<Schema extends GenericSchema>(schema: Schema) {
  return validator('json', schema, (result) => {
    if (result.success) return;
    const [issue] = result.error;
    const path = issue?.path?.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    throw new Problem('invalid_request', {
      detail:
        path === undefined || path === '' ? 'The body is not what this address takes.' : `The field ${path} is not what it should be.`,
    });
  });
}

/** A JSON answer in the OpenAPI document. */
export function jsonAnswer(description: string, schema: GenericSchema) {
  return { description, content: { 'application/json': { schema: resolver(schema) } } };
}

const problemBody = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.string(),
  detail: v.optional(v.string()),
});

/** A refusal in the OpenAPI document: problem details (RFC 9457) with a stable `code`. */
export function problemAnswer(description: string) {
  return { description, content: { 'application/problem+json': { schema: resolver(problemBody) } } };
}
