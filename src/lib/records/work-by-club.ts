import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Club, Piece } from './pieces.ts';

export interface ClubWork {
  /** Null for homework whose club is not known here. */
  readonly club: Club | null;
  /** Oldest first; attempts that a later one has answered are left out. */
  readonly pieces: readonly Piece[];
  readonly approved: number;
}

/** A child's homework of a stretch of days, by club in the school's order; what was set aside does not count. */
export function workByClub(
  pieces: readonly Piece[],
  { from, until }: { readonly from: IsoDate; readonly until: IsoDate },
  clubs: Iterable<Club>,
): ClubWork[] {
  const within = pieces
    .filter((piece) => piece.date >= from && piece.date <= until && piece.status !== 'void' && !piece.isAnswered)
    .sort((one, other) => one.date.localeCompare(other.date) || one.completion.capturedAt.localeCompare(other.completion.capturedAt));
  const byClub = Map.groupBy(within, (piece) => piece.club?.id ?? null);
  return [...clubs, null].flatMap((club) => {
    const found = byClub.get(club?.id ?? null) ?? [];
    return found.length === 0 ? [] : [{ club, pieces: found, approved: found.filter((piece) => piece.status === 'approved').length }];
  });
}
