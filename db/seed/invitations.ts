import { createHash } from 'node:crypto';
import { codeLength, codeLetters } from '#domain/invitations/code.ts';
import { toInstant } from './local-time.ts';
import type { Child, Guardianship, Invitation, SchoolClass } from './model.ts';
import { seedId } from './seed-id.ts';

const dayMs = 86_400_000;
const daysGood = 30;

/** The letter that the README speaks of: of somebody else who looks after Maya. */
const knownCode = 'MAYAWREN2345';

/** What the office has made lately, for children who follow one another in the register: days ago. */
const letters = [
  { made: 2, used: null, revoked: null },
  { made: 5, used: null, revoked: null },
  { made: 5, used: null, revoked: null },
  { made: 21, used: 19, revoked: null },
  { made: 21, used: null, revoked: 20 },
  { made: 44, used: null, revoked: null },
] as const;

/** Letters to parents of the class that documentation knows: open ones, and one of each kind that is over. */
export function invitationsOf(
  slug: string,
  ofClass: SchoolClass,
  { children, guardianships }: { readonly children: readonly Child[]; readonly guardianships: readonly Guardianship[] },
  now: Date,
): Invitation[] {
  const classmates = children.filter(({ classId }) => classId === ofClass.id);
  const maya = classmates.filter(({ history }) => history === 'maya');
  const others = classmates.filter(({ history }) => history === 'drawn');
  const ago = (days: number) => now.getTime() - days * dayMs;
  return [...maya, ...others].slice(0, letters.length).flatMap((child, index) => {
    const letter = letters[index];
    const guardian = guardianships.find(({ studentId }) => studentId === child.id);
    if (!letter || !guardian) return [];
    const issued = ago(letter.made);
    const id = seedId(issued, slug, 'invitation', child.id);
    return [
      {
        id,
        studentId: child.id,
        code: child.history === 'maya' ? knownCode : codeFor(id),
        hasParentalResponsibility: child.history !== 'maya',
        issuedAt: toInstant(issued),
        expiresAt: toInstant(issued + daysGood * dayMs),
        used: letter.used === null ? null : { by: guardian.parentId, at: toInstant(ago(letter.used)) },
        revokedAt: letter.revoked === null ? null : toInstant(ago(letter.revoked)),
      },
    ];
  });
}

function codeFor(id: string): string {
  const bytes = createHash('sha256').update(id).digest().subarray(0, codeLength);
  return [...bytes].map((byte) => codeLetters[byte % codeLetters.length] ?? '').join('');
}
