import type { CompletionStatus } from '#domain/collections/receipts.ts';
import { compareWords, searchLetters } from '$lib/messages/locale.ts';
import { commentOf, titleOf, type Piece } from '$lib/records/pieces.ts';

export const columns = ['date', 'title', 'status'] as const;
export type Column = (typeof columns)[number];
export type Direction = 'ascending' | 'descending';

/** In the order of a search for what needs somebody first. */
export const statuses = ['submitted', 'returned', 'approved', 'void'] as const satisfies readonly CompletionStatus[];

export interface PieceView {
  readonly find: string;
  readonly clubId: string | null;
  readonly status: CompletionStatus | null;
  readonly sort: Column;
  readonly direction: Direction;
}

/** The direction that says most when a column is first sorted by. */
export const firstDirection: Record<Column, Direction> = { date: 'descending', title: 'ascending', status: 'ascending' };

/**
 * A child's pieces as they are looked for, every attempt and what was set aside too.
 *
 * @param notesOf the words of notes beside a piece, which the search knows as well
 */
export function viewPieces(pieces: readonly Piece[], view: PieceView, notesOf: (completionId: string) => readonly string[]): Piece[] {
  const words = searchLetters(view.find).split(/\s+/).filter(Boolean);
  const sign = view.direction === 'ascending' ? 1 : -1;
  return pieces
    .filter(
      (piece) =>
        (view.clubId === null || piece.completion.clubId === view.clubId) &&
        (view.status === null || piece.status === view.status) &&
        (words.length === 0 || holds(piece, notesOf(piece.completion.id), words)),
    )
    .sort((one, other) => sign * compare[view.sort](one, other) || byNewest(one, other));
}

const compare: Record<Column, (one: Piece, other: Piece) => number> = {
  date: (one, other) => one.date.localeCompare(other.date),
  title: (one, other) => compareWords(titleOf(one), titleOf(other)),
  status: (one, other) => statuses.indexOf(one.status) - statuses.indexOf(other.status),
};

function holds(piece: Piece, notes: readonly string[], words: readonly string[]): boolean {
  const text = searchLetters(
    [titleOf(piece), piece.club?.name ?? '', piece.completion.writtenWork ?? '', commentOf(piece) ?? '', ...notes].join(' '),
  );
  return words.every((word) => text.includes(word));
}

function byNewest(one: Piece, other: Piece): number {
  return (
    other.date.localeCompare(one.date) ||
    other.completion.capturedAt.localeCompare(one.completion.capturedAt) ||
    other.completion.id.localeCompare(one.completion.id)
  );
}
