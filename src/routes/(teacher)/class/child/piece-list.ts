import type { CompletionStatus } from '#domain/collections/receipts.ts';
import { compareWords, holdsWords } from '$lib/messages/locale.ts';
import { commentOf, titleOf, type Piece } from '$lib/records/pieces.ts';
import { signOf, type Sorted, type Sorting } from '$lib/ui/sorting.ts';

export type PieceColumn = 'date' | 'title' | 'status';

export const pieceSorting: Sorting<PieceColumn> = {
  firstDirection: { date: 'descending', title: 'ascending', status: 'ascending' },
  usual: 'date',
  name: 'sort',
};

/** In the order of a search for what needs somebody first. */
export const statuses = ['submitted', 'returned', 'approved', 'void'] as const satisfies readonly CompletionStatus[];

export interface PieceView extends Sorted<PieceColumn> {
  readonly find: string;
  readonly clubId: string | null;
  readonly status: CompletionStatus | null;
}

/**
 * A child's pieces as they are looked for, every attempt and what was set aside too.
 *
 * @param notesOf the words of notes beside a piece, which the search knows as well
 */
export function viewPieces(pieces: readonly Piece[], view: PieceView, notesOf: (completionId: string) => readonly string[]): Piece[] {
  return pieces
    .filter(
      (piece) =>
        (view.clubId === null || piece.completion.clubId === view.clubId) &&
        (view.status === null || piece.status === view.status) &&
        holdsWords(view.find, [
          titleOf(piece),
          piece.club?.name,
          piece.completion.writtenWork,
          commentOf(piece),
          ...notesOf(piece.completion.id),
        ]),
    )
    .sort((one, other) => signOf(view.direction) * compare[view.sort](one, other) || byNewest(one, other));
}

const compare: Record<PieceColumn, (one: Piece, other: Piece) => number> = {
  date: (one, other) => one.date.localeCompare(other.date),
  title: (one, other) => compareWords(titleOf(one), titleOf(other)),
  status: (one, other) => statuses.indexOf(one.status) - statuses.indexOf(other.status),
};

function byNewest(one: Piece, other: Piece): number {
  return (
    other.date.localeCompare(one.date) ||
    other.completion.capturedAt.localeCompare(one.completion.capturedAt) ||
    other.completion.id.localeCompare(one.completion.id)
  );
}
