import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/**
 * The address a request came from. Behind `trustedProxies` proxies it is that many places from the right of
 * `X-Forwarded-For`: what stands further left is whatever the client wrote.
 */
export function clientAddress(c: Context, trustedProxies: number): string {
  const forwarded =
    c.req
      .header('X-Forwarded-For')
      ?.split(',')
      .map((part) => part.trim()) ?? [];
  return (trustedProxies > 0 ? forwarded.at(-trustedProxies) : undefined) ?? getConnInfo(c).remote.address ?? 'unknown';
}
