import type { IsoInstant } from '../calendar/dates.ts';
import { consentPurposes, type ConsentPurpose } from './purposes.ts';

/** One decision of one guardian about one child: a row of `student_consents`, which is only added to. */
export interface ConsentDecision {
  readonly guardianId: string;
  readonly purpose: ConsentPurpose;
  readonly decision: 'given' | 'withdrawn';
  readonly decidedAt: IsoInstant;
}

/**
 * Whether a child's data may be used for a purpose. The latest decision of each guardian counts; of decisions of one moment
 * a withdrawal does. One no is a no, whoever says yes, and no decision at all is a no. Only those count who have parental
 * responsibility for the child now. `app.has_consent` is the same rule in SQL; a test compares the two.
 *
 * @param guardianIds everyone with parental responsibility for the child today
 */
export function hasConsent(decisions: readonly ConsentDecision[], guardianIds: readonly string[], purpose: ConsentPurpose): boolean {
  const latest = guardianIds.flatMap((guardianId) => latestOf(decisions, guardianId, purpose) ?? []);
  return latest.length > 0 && latest.every((decision) => decision === 'given');
}

/** All that a child's data may be used for with consent, in the order of the list of purposes. */
export function consentedPurposes(decisions: readonly ConsentDecision[], guardianIds: readonly string[]): ConsentPurpose[] {
  return consentPurposes.filter((purpose) => hasConsent(decisions, guardianIds, purpose));
}

function latestOf(decisions: readonly ConsentDecision[], guardianId: string, purpose: ConsentPurpose): ConsentDecision['decision'] | null {
  const own = decisions.filter((one) => one.guardianId === guardianId && one.purpose === purpose);
  const moment = own.reduce<IsoInstant | null>((last, { decidedAt }) => (last === null || decidedAt > last ? decidedAt : last), null);
  if (moment === null) return null;
  return own.some(({ decidedAt, decision }) => decidedAt === moment && decision === 'withdrawn') ? 'withdrawn' : 'given';
}
