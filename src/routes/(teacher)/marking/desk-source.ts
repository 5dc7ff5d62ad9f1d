import type { Verdict } from '#domain/collections/reviews.ts';
import type { CompletionId, ReviewId, StudentId } from '#domain/ids.ts';
import type { Move } from '$lib/data/moves.ts';
import type { MarkVoice } from '$lib/evidence/mark-voice.ts';
import type { Child } from '$lib/records/children.ts';
import type { Piece } from '$lib/records/pieces.ts';
import type { QueueItem } from './queue.ts';

export type GivenVerdict = Exclude<Verdict, 'restored'>;

export interface NewReview {
  readonly completionId: CompletionId;
  readonly studentId: StudentId;
  readonly verdict: GivenVerdict;
  readonly comment: string | null;
  readonly sticker: string | null;
  readonly star: boolean;
}

/** A mark of this visit; its review is written while the teacher is already at the next piece. */
export interface Mark {
  readonly completionId: CompletionId;
  readonly studentId: StudentId;
  readonly child: Child;
  readonly verdict: GivenVerdict;
  readonly reviewId: Promise<ReviewId>;
}

/** A piece of this visit that belonged to another child. */
export interface MovedPiece {
  readonly completionId: CompletionId;
  readonly from: Child;
  readonly to: Child;
  readonly move: Move;
}

/** What the desk tells the page, which turns it into a toast and an announcement. */
export interface DeskEvents {
  readonly onmark: (mark: Mark, left: number, next: QueueItem | null) => void;
  readonly onundo: (mark: Mark, left: number) => void;
  readonly onmove: (moved: MovedPiece, left: number, next: QueueItem | null) => void;
  /** It comes back when the school has moved it back. */
  readonly onmoveback: (moved: MovedPiece) => void;
  readonly onfailure: (failed: Mark | MovedPiece, reason: unknown) => void;
  /** A mark was to be given while its voice is still being recorded. */
  readonly onstillrecording: () => void;
}

export interface DeskSource extends DeskEvents {
  readonly pieces: () => readonly Piece[];
  readonly pieceOf: (completionId: string) => Piece | undefined;
  readonly piecesOf: (studentId: string) => readonly Piece[];
  readonly childrenById: () => ReadonlyMap<string, Child>;
  /** False while a mark of what seems to wait may still be on its way to this device. */
  readonly isSettled: () => boolean;
  readonly titleOf: (piece: Piece) => string;
  readonly voiceOf: (completionId: string) => MarkVoice;
  readonly review: (review: NewReview) => Promise<ReviewId>;
  readonly undoReview: (review: { id: ReviewId; completionId: CompletionId; studentId: StudentId }) => Promise<unknown>;
  readonly move: (asked: Omit<Move, 'newCompletionId'>) => Promise<Move>;
  readonly undoMove: (moved: Move) => Promise<void>;
}
