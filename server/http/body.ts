import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { deliveryLimits } from '#domain/delivery/protocol.ts';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { Problem } from './problem.ts';

/** Bytes of a request's body. */
export const bodyLimits = { usual: 1_048_576, push: 4_194_304, deliver: deliveryLimits.bytes, part: evidenceLimits.chunkBytes } as const;

/** What is read and thrown away of a body that is refused: a client that is cut off while it sends never hears why. */
const mostDrained = 2 * bodyLimits.deliver;

/** Before an answer that did not need the body. */
export async function drainBody(c: Context): Promise<void> {
  const { body, bodyUsed } = c.req.raw;
  if (!body || bodyUsed || body.locked) return;
  let drained = 0;
  for await (const piece of body) if ((drained += piece.byteLength) > mostDrained) break;
}

const refuse = (): never => {
  throw new Problem('body_too_large');
};
const usual = bodyLimit({ maxSize: bodyLimits.usual, onError: refuse });
const push = bodyLimit({ maxSize: bodyLimits.push, onError: refuse });
const deliver = bodyLimit({ maxSize: bodyLimits.deliver, onError: refuse });
const part = bodyLimit({ maxSize: bodyLimits.part, onError: refuse });

/** A part of a file, by tus: the one body that is no JSON. */
const partType = 'application/offset+octet-stream';
const isPart = ({ req }: Context) => req.method === 'PATCH' && req.path.startsWith('/api/evidence/uploads/');

/** 413 before anything is parsed. */
export const limitedBody = createMiddleware((c, next) => limitOf(c)(c, next));

function limitOf(c: Context): typeof usual {
  switch (c.req.path) {
    case '/api/sync/push':
      return push;
    case '/api/sync/deliver':
      return deliver;
    default:
      return isPart(c) ? part : usual;
  }
}

/** A mail program's one press (RFC 8058) comes as a form, from no page and with no cookie; its body is of no account. */
const formTypes = new Set(['application/x-www-form-urlencoded', 'multipart/form-data']);
const isOnePress = ({ req }: Context) => req.method === 'POST' && req.path.startsWith('/api/family/digest/stop/');

/** A body is JSON as it stands, or a part of a file where one is due: no form that another site could post, no compressed body that unfolds into more. */
export const jsonOnly = createMiddleware(async (c, next) => {
  const length = c.req.header('Content-Length');
  const hasBody = c.req.header('Transfer-Encoding') !== undefined || (length !== undefined && length !== '0');
  const mediaType = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== undefined && formTypes.has(mediaType) && isOnePress(c)) return next();
  if (hasBody && (mediaType !== (isPart(c) ? partType : 'application/json') || c.req.header('Content-Encoding') !== undefined)) {
    throw new Problem('unsupported_media_type');
  }
  await next();
});
