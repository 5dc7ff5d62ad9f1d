import { isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Origin } from '../database/enter.ts';

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

/** Where a request comes from, for the audit log: nothing that is no address. */
export function requestOrigin(c: Context, trustedProxies: number): Origin {
  // An IPv6 address may name an interface after a percent sign.
  const [address = ''] = clientAddress(c, trustedProxies).split('%');
  return { address: isIP(address) === 0 ? null : address, agent: c.req.header('User-Agent') ?? null };
}
