import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { Problem } from '../http/problem.ts';

/** 32 random bytes in base64url: what a browser holds. The database holds its SHA-256 alone. */
const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

export interface SessionCookie {
  /** The session's id by the request's cookie; null without one, or with one that cannot be ours. */
  read(c: Context): string | null;
  write(c: Context, token: string, lastsUntil: Date): void;
  clear(c: Context): void;
}

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A session's id: hex SHA-256 of its token. */
export function tokenToSessionId(token: string): string {
  return tokenToHash(token).toString('hex');
}

/** What the database keeps of a token. */
export function tokenToHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** @param isHttps people reach the server by https, so that the cookie can be bound to this host (`__Host-`) */
export function createSessionCookie(isHttps: boolean): SessionCookie {
  const name = 'studystreaks';
  const options = { path: '/', httpOnly: true, sameSite: 'Lax', secure: isHttps, ...(isHttps && { prefix: 'host' as const }) } as const;
  return {
    read(c) {
      const token = isHttps ? getCookie(c, name, 'host') : getCookie(c, name);
      return token !== undefined && tokenPattern.test(token) ? tokenToSessionId(token) : null;
    },
    write(c, token, lastsUntil) {
      // The cookie lasts as long as the session ever can; whether it still lives is for the database to say.
      setCookie(c, name, token, { ...options, maxAge: Math.max(0, Math.floor((lastsUntil.getTime() - Date.now()) / 1000)) });
    },
    clear(c) {
      deleteCookie(c, name, options);
    },
  };
}

/** @throws Problem `not_signed_in` where the request has no cookie that could be a session's */
export function requireSession(cookie: SessionCookie, c: Context): string {
  const sessionId = cookie.read(c);
  if (sessionId === null) throw new Problem('not_signed_in');
  return sessionId;
}
