import { fileKind } from '#domain/evidence/evidence.ts';
import type { Access } from '#domain/permissions/access.ts';
import { holdsWords } from '$lib/messages/locale.ts';
import type { Child } from '$lib/records/children.ts';
import type { Piece } from '$lib/records/pieces.ts';

/** Why a piece cannot be this child's; the school refuses it too. */
export type Obstacle = 'club' | 'consent';

export interface Candidate {
  readonly child: Child;
  /** The name of the child's class; empty where it is in none. */
  readonly className: string;
  readonly obstacle: Obstacle | null;
}

/** Whether somebody may move this child's work at all. */
export function mayMove(access: Access, studentId: string): boolean {
  return (access['command.send']?.length ?? 0) > 0 && access['completion.review']?.includes(studentId) === true;
}

/** A photo or a recording is not here yet: a piece is moved whole. */
export function isFileOnItsWay({ completion, receipt }: Piece): boolean {
  if (receipt === null) return completion.evidenceIds.length > 0;
  return receipt.evidence.some(({ state }) => state === 'expected' || state === 'uploading');
}

/** The other children whose piece it may be, as far as the person marks and logs for them, in the order of a register. */
export function candidatesFor(
  { completion, receipt, club }: Piece,
  children: readonly Child[],
  access: Access,
  classNameOf: (child: Child) => string,
): Candidate[] {
  // What a teacher has said of it needs no consent.
  const carried = new Set(
    receipt?.evidence.filter(({ id, state }) => state === 'ready' && completion.evidenceIds.includes(id)).map(({ kind }) => kind),
  );
  const obstacleOf = ({ yearGroup, consents }: Child): Obstacle | null => {
    if (club !== null && !club.yearGroups.includes(yearGroup)) return 'club';
    const isAgreed = fileKind.options.every((kind) => !carried.has(kind) || consents === undefined || consents.includes(kind));
    return isAgreed ? null : 'consent';
  };
  return children
    .filter(({ studentId }) => studentId !== completion.studentId)
    .filter(({ studentId }) => access['completion.review']?.includes(studentId) && access['completion.create']?.includes(studentId))
    .map((child) => ({ child, className: classNameOf(child), obstacle: obstacleOf(child) }));
}

/** Those whose name or class holds all words; with nothing asked for all of them. */
export function findCandidates(candidates: readonly Candidate[], find: string): Candidate[] {
  return candidates.filter(({ child, className }) => holdsWords(find, [child.displayName, className]));
}
