import * as v from 'valibot';
import { collectionNames } from '#domain/collections/index.ts';
import { deliveryTerms } from '#domain/delivery/protocol.ts';
import { uuid } from '#domain/ids.ts';
import { userKinds } from '#domain/permissions/roles.ts';

const shortText = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200));

/** The browser's own id, made by it once; its last contact decides how far back homework may be dated. */
const device = v.optional(uuid);

export const adultSignIn = v.strictObject({
  school: shortText,
  email: shortText,
  password: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
  totp: v.optional(v.pipe(v.string(), v.maxLength(10))),
  device,
});

export const childSignIn = v.strictObject({
  classCode: shortText,
  student: shortText,
  /** Three of the twelve pictures, in the child's order. */
  pictures: v.strictTuple([picture(), picture(), picture()]),
  device,
});

/** What a child's printed card says. Anything else that is said is a card of nobody: there is one wording for both. */
export const cardSignIn = v.strictObject({ card: shortText, device });

/** An enrolled class device signs itself in. */
export const deviceSignIn = v.strictObject({ deviceSecret: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)), device });

export const signInBody = v.union([adultSignIn, childSignIn, cardSignIn, deviceSignIn]);
export type SignInBody = v.InferOutput<typeof signInBody>;

function picture() {
  return v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(12));
}

export const passwordBody = v.strictObject({
  current: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
  /** By the rules of src/domain/accounts/new-password.ts. */
  next: v.pipe(v.string(), v.maxLength(400)),
});

export const classBody = v.strictObject({ classCode: shortText, device });

export const classAnswer = v.object({
  className: v.string(),
  children: v.array(v.object({ student: v.string(), firstName: v.string(), avatar: v.string() })),
});

const user = v.object({ id: uuid, schoolId: uuid, kind: v.picklist(userKinds), displayName: v.string() });

/** For each permission the scopes it reaches. */
const access = v.record(v.string(), v.array(uuid));

export const sessionAnswer = v.object({
  user,
  access,
  collections: v.array(v.picklist(collectionNames)),
  expiresAt: v.string(),
  /** What work is sealed with on the device (S30); the token comes with signing in, and never again. */
  delivery: deliveryTerms,
});
export type SessionAnswer = v.InferOutput<typeof sessionAnswer>;
