import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { consentPurposes } from '#domain/consents/purposes.ts';
import { schoolTime, toInstant } from './local-time.ts';
import type { BuddyGroup, Child, ConsentDecision, Guardianship } from './model.ts';
import { randomFor } from './random.ts';
import { seedId } from './seed-id.ts';

export interface Agreements {
  readonly children: readonly Child[];
  readonly guardianships: readonly Guardianship[];
  readonly buddyGroups: readonly BuddyGroup[];
  /** First day of the history. */
  readonly from: IsoDate;
}

/**
 * What guardians with parental responsibility said in the days before term. Most agree; those of buddies and of children whom
 * documentation knows always do.
 */
export function consentDecisions({ children, guardianships, buddyGroups, from }: Agreements): ConsentDecision[] {
  const buddies = new Set(buddyGroups.flatMap((group) => group.members.map(({ studentId }) => studentId)));
  const known = new Set(children.filter((child) => child.history !== 'drawn').map(({ id }) => id));
  return guardianships
    .filter((one) => one.hasParentalResponsibility)
    .flatMap(({ id, parentId, studentId }) => {
      const random = randomFor(id, 'consents');
      const at = schoolTime(addDays(from, -random.int(1, 7)), random.int(8 * 60, 20 * 60));
      return consentPurposes.map((purpose): ConsentDecision => {
        const isDrawnYes = random.chance(purpose === 'leaderboard' || purpose === 'sharing' ? 0.7 : 0.9);
        const isYes = isDrawnYes || known.has(studentId) || (purpose === 'buddy_groups' && buddies.has(studentId));
        return {
          id: seedId(at, id, 'consent', purpose),
          studentId,
          guardianId: parentId,
          purpose,
          decision: isYes ? 'given' : 'withdrawn',
          decidedAt: toInstant(at),
        };
      });
    });
}
