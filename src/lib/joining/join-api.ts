import * as v from 'valibot';
import type { Relationship } from '#domain/invitations/relationships.ts';
import { failureOf, type Result } from '../session/session-api.ts';
import { call } from '../sync/http.ts';

const letter = v.object({ schoolName: v.string(), firstName: v.string() });
/** What a letter says itself. */
export type Letter = v.InferOutput<typeof letter>;
const joined = v.object({ school: v.string() });

export interface Joiner {
  readonly code: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly relationship: Relationship;
}

/** Whose letter a code is of; it stays good. */
export async function lookAtLetter(code: string): Promise<Result<{ letter: Letter }>> {
  return resulting(async () => ({ letter: await call(fetchHere, { path: '/api/auth/join/look', body: { code }, answer: letter }) }));
}

/** Makes a parent's account by a letter. @returns the school to sign in at */
export async function postJoin(joiner: Joiner): Promise<Result<{ school: string }>> {
  return resulting(() => call(fetchHere, { path: '/api/auth/join', body: joiner, answer: joined }));
}

/** Adds the letter's child to the account of the parent who is signed in. */
export async function postAddChild(userId: string, code: string, relationship: Relationship): Promise<Result<object>> {
  return resulting(async () => {
    await call(fetchHere, { path: '/api/auth/join/add', userId, body: { code, relationship }, answer: v.unknown() });
    return {};
  });
}

async function resulting<Good extends object>(work: () => Promise<Good>): Promise<Result<Good>> {
  try {
    return { ok: true, ...(await work()) };
  } catch (reason) {
    return failureOf(reason);
  }
}

function fetchHere(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init);
}
