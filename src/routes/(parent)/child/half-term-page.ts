import type { HalfTerm } from '#domain/streaks/half-terms.ts';
import type { Child } from '$lib/records/children.ts';
import type { Club, Piece } from '$lib/records/pieces.ts';

export interface ClubWork {
  /** Null for homework whose club is not known here. */
  readonly club: Club | null;
  /** Oldest first; attempts that a later one has answered are left out. */
  readonly pieces: readonly Piece[];
  readonly approved: number;
}

/** A child's homework of a half-term, by club in the school's order; what was set aside does not count. */
export function workByClub(pieces: readonly Piece[], { from, until }: HalfTerm, clubs: Iterable<Club>): ClubWork[] {
  const within = pieces
    .filter((piece) => piece.date >= from && piece.date <= until && piece.status !== 'void' && !piece.isAnswered)
    .sort((one, other) => one.date.localeCompare(other.date) || one.completion.capturedAt.localeCompare(other.completion.capturedAt));
  const byClub = Map.groupBy(within, (piece) => piece.club?.id ?? null);
  return [...clubs, null].flatMap((club) => {
    const found = byClub.get(club?.id ?? null) ?? [];
    return found.length === 0 ? [] : [{ club, pieces: found, approved: found.filter((piece) => piece.status === 'approved').length }];
  });
}

export interface PageAddress {
  /** Ids that the address names; unknown ones and none mean the first child and the newest half-term. */
  readonly child: string | null;
  /** The Monday on which a half-term begins. */
  readonly from: string | null;
}

export function readPageAddress(parameters: URLSearchParams): PageAddress {
  return { child: parameters.get('child'), from: parameters.get('from') };
}

/** The address of a child's page; of the newest half-term where none is named. */
export function pageAddress(child: Pick<Child, 'studentId'>, from: string | null = null): string {
  return `/child?${new URLSearchParams({ child: child.studentId, ...(from !== null && { from }) }).toString()}`;
}
