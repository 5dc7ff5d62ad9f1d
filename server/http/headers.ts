import { readFileSync } from 'node:fs';
import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';

/** Nothing may be loaded for, or do anything with, an answer that is data. */
export const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The page of the interface's description: its own scripts and styles, and nothing of anybody else's. */
export const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** What a header can say and a page's own `meta` cannot. */
const headerOnly = "frame-ancestors 'none'";
const withoutShell = `default-src 'self'; ${headerOnly}; base-uri 'none'`;

/**
 * The policy for the app's pages. The build writes the hashes of its inline script into the shell's `meta`; the header
 * repeats that policy, since two policies are both enforced, and adds what only a header can say.
 *
 * @param shellFile the built shell; may be absent where the server runs without the app
 */
export function shellPolicy(shellFile: string): string {
  const shell = readIfPresent(shellFile);
  const inPage = shell === null ? null : /<meta http-equiv="content-security-policy" content="([^"]*)"/i.exec(shell)?.[1];
  return inPage ? `${unescapeAttribute(inPage).replace(/;\s*$/, '')}; ${headerOnly}` : withoutShell;
}

/** Headers on every answer. `isHttps`: people reach the server by https. */
export function safeHeaders(isHttps: boolean) {
  return secureHeaders({
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginResourcePolicy: 'same-origin',
    crossOriginEmbedderPolicy: false,
    referrerPolicy: 'no-referrer',
    strictTransportSecurity: isHttps ? 'max-age=63072000; includeSubDomains' : false,
    xFrameOptions: 'DENY',
    permissionsPolicy: {
      geolocation: [],
      payment: [],
      usb: [],
      midi: [],
      displayCapture: [],
      // A child may photograph homework or record reading aloud, in our own pages alone.
      camera: ['self'],
      microphone: ['self'],
    },
  });
}

const ofPages = [
  'Content-Security-Policy',
  'Cross-Origin-Opener-Policy',
  'Permissions-Policy',
  'Origin-Agent-Cluster',
  'X-Frame-Options',
  'X-DNS-Prefetch-Control',
  'X-Download-Options',
  'X-Permitted-Cross-Domain-Policies',
  'X-XSS-Protection',
];

/** Leaves off what pages and workers alone obey: a first load asks for many files, and each would carry a kilobyte of it. */
export const withoutPageHeaders = createMiddleware(async (c, next) => {
  await next();
  for (const header of ofPages) c.res.headers.delete(header);
});

/** Sets the policy of an answer that has none yet. */
export function withPolicy(policy: string) {
  return createMiddleware(async (c, next) => {
    await next();
    if (!c.res.headers.has('Content-Security-Policy')) c.res.headers.set('Content-Security-Policy', policy);
  });
}

/** Nothing under `/api` is kept by a browser or a proxy; a route may ask for more (`no-store, no-transform`). */
export const neverStored = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.get('Cache-Control')?.startsWith('no-store')) c.res.headers.set('Cache-Control', 'no-store');
});

function readIfPresent(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function unescapeAttribute(text: string): string {
  return text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
