import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { isoInstant } from '#domain/calendar/dates.ts';
import { consentPurposes, type ConsentPurpose } from '#domain/consents/purposes.ts';
import { call } from '../sync/http.ts';

const decision = v.picklist(['given', 'withdrawn']);
/** A newer server may know purposes that this app does not: it goes on without them. */
const known = v.picklist(consentPurposes);
const knownAlone = <Item extends { readonly purpose: string }>(items: Item[]) => items.filter(({ purpose }) => v.is(known, purpose));

const answer = v.object({
  notices: v.array(v.object({ name: v.string(), noticeVersion: v.number(), sentence: v.string() })),
  children: v.array(
    v.object({
      studentId: v.string(),
      mayDecide: v.boolean(),
      standing: v.array(v.string()),
      decisions: v.pipe(
        v.array(v.object({ purpose: v.string(), noticeVersion: v.number(), decision, decidedAt: isoInstant })),
        v.transform(knownAlone),
      ),
    }),
  ),
});

/** What stands for a guardian's children, and what the guardian has said. */
export type Consents = v.InferOutput<typeof answer>;
export type ConsentChild = Consents['children'][number];
export type Decision = v.InferOutput<typeof decision>;

/** @throws Unreachable | NotSignedIn | Refused */
export function fetchConsents(userId: string): Promise<Consents> {
  return call((url, init) => fetch(url, init), { path: '/api/privacy/consents', answer, userId });
}

export interface NewDecision {
  readonly studentId: string;
  readonly purpose: ConsentPurpose;
  /** Of the words that were shown. */
  readonly noticeVersion: number;
  readonly decision: Decision;
}

/** Keeps a yes or a no at the school. @throws Unreachable | NotSignedIn | Refused */
export async function postDecision(userId: string, said: NewDecision): Promise<void> {
  await call((url, init) => fetch(url, init), {
    path: '/api/privacy/consents',
    body: { id: uuidv7(), ...said },
    answer: v.unknown(),
    userId,
  });
}
