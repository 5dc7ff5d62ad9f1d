import * as v from 'valibot';
import { typedCode } from '#domain/invitations/code.ts';
import { relationships } from '#domain/invitations/relationships.ts';

const relationship = v.picklist(relationships);

export const lookBody = v.strictObject({ code: typedCode });
/** What the letter says itself, and nothing more. */
export const lookAnswer = v.object({ schoolName: v.string(), firstName: v.string() });
export type LookAnswer = v.InferOutput<typeof lookAnswer>;

export const joinBody = v.strictObject({
  code: typedCode,
  name: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(100)),
  email: v.pipe(v.string(), v.trim(), v.email(), v.maxLength(200)),
  password: v.pipe(v.string(), v.maxLength(400)),
  relationship,
});
export type JoinBody = v.InferOutput<typeof joinBody>;

/** The school by which they sign in now. */
export const joinAnswer = v.object({ school: v.string() });

export const addBody = v.strictObject({ code: typedCode, relationship });
