import { createMiddleware } from 'hono/factory';
import { Problem } from './problem.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
const ownSites = new Set(['same-origin', 'none']);

/**
 * Refuses a mutation that a page of another origin started. A browser says so in `Sec-Fetch-Site` and `Origin`; a
 * program that is no browser sends neither, and has no cookie that another site could ride on.
 *
 * @param publicUrl the address that people use; null: the `Host` of the request
 */
export function ownOriginOnly(publicUrl: URL | null) {
  return createMiddleware(async (c, next) => {
    if (!safeMethods.has(c.req.method) && !isOwn(c.req.header('Sec-Fetch-Site'), c.req.header('Origin'), c.req.header('Host'), publicUrl)) {
      throw new Problem('wrong_origin');
    }
    await next();
  });
}

export function isOwn(site: string | undefined, origin: string | undefined, host: string | undefined, publicUrl: URL | null): boolean {
  if (site !== undefined && !ownSites.has(site)) return false;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return publicUrl ? new URL(origin).origin === publicUrl.origin : new URL(origin).host === host;
}
