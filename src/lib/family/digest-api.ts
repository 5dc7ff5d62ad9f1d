import * as v from 'valibot';
import { locales, type Locale } from '../messages/generated/runtime.js';
import { call } from '../sync/http.ts';

const answer = v.object({ canSend: v.boolean(), isOn: v.boolean(), language: v.picklist(locales), email: v.nullable(v.string()) });
/** The weekly email, as the school has it. */
export type WeeklyEmail = v.InferOutput<typeof answer>;

/** @throws Unreachable | NotSignedIn | Refused */
export function fetchWeeklyEmail(userId: string): Promise<WeeklyEmail> {
  return call((url, init) => fetch(url, init), { path: '/api/family/digest', answer, userId });
}

/** @throws Unreachable | NotSignedIn | Refused */
export async function postWeeklyEmail(userId: string, isOn: boolean, language: Locale): Promise<void> {
  await call((url, init) => fetch(url, init), { path: '/api/family/digest', body: { isOn, language }, answer: v.unknown(), userId });
}

const token = /^#([\w-]+)$/;

/** What stops the mails, of the end of a link's address: browsers send that part to nobody. Null where there is nothing. */
export function hashToStopToken(hash: string): string | null {
  return token.exec(hash)?.[1] ?? null;
}

/** Stops the weekly email with nobody signed in. @throws Unreachable | NotSignedIn | Refused; a link that is none of ours is Unreachable */
export async function postStop(stopToken: string): Promise<void> {
  await call((url, init) => fetch(url, init), { path: `/api/family/digest/stop/${stopToken}`, body: {}, answer: v.unknown() });
}
