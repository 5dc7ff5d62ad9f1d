import * as v from 'valibot';
import { isoInstant } from '#domain/calendar/dates.ts';
import { uuid } from '#domain/ids.ts';
import { invitationStates } from '#domain/invitations/states.ts';

/** More than any primary school may have children. */
const mostChildren = 1500;

export const issueBody = v.strictObject({
  studentIds: v.pipe(v.array(uuid), v.minLength(1), v.maxLength(mostChildren)),
  /** Letters for each child: parents who live apart each get one. */
  copies: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4)),
  /** As the school knows it. It has to be said: who has it decides about consents. */
  hasParentalResponsibility: v.boolean(),
  isPrimaryContact: v.boolean(),
});
export type IssueBody = v.InferOutput<typeof issueBody>;

export const lettersAnswer = v.object({
  letters: v.array(
    v.object({
      id: uuid,
      studentId: uuid,
      firstName: v.string(),
      /** What the letter says. Told once: the server keeps its hash. */
      code: v.string(),
      expiresAt: isoInstant,
    }),
  ),
});
export type LettersAnswer = v.InferOutput<typeof lettersAnswer>;

/** A name is null where nobody can any more, or the caller may not, know it. */
export const invitationsAnswer = v.object({
  /** The newest first. */
  invitations: v.array(
    v.object({
      id: uuid,
      studentId: uuid,
      childName: v.nullable(v.string()),
      className: v.nullable(v.string()),
      state: v.picklist(invitationStates),
      issuedAt: isoInstant,
      expiresAt: isoInstant,
      usedAt: v.nullable(isoInstant),
      usedByName: v.nullable(v.string()),
      revokedAt: v.nullable(isoInstant),
      hasParentalResponsibility: v.boolean(),
      isPrimaryContact: v.boolean(),
    }),
  ),
  /** How many there are; the list holds the newest two thousand. */
  total: v.number(),
});
export type InvitationsAnswer = v.InferOutput<typeof invitationsAnswer>;

export const revokeBody = v.strictObject({ ids: v.pipe(v.array(uuid), v.minLength(1), v.maxLength(mostChildren)) });

export const childrenQuery = v.strictObject({ classId: uuid });

export const childrenAnswer = v.object({
  /** By name. */
  children: v.array(
    v.object({
      studentId: uuid,
      name: v.string(),
      avatar: v.string(),
      /** Letters of theirs that may still be used. */
      openLetters: v.number(),
      guardians: v.array(
        v.object({
          guardianshipId: uuid,
          name: v.nullable(v.string()),
          relationship: v.string(),
          hasParentalResponsibility: v.boolean(),
          isPrimaryContact: v.boolean(),
        }),
      ),
    }),
  ),
});
export type ChildrenAnswer = v.InferOutput<typeof childrenAnswer>;
