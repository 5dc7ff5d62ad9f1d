import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Completion } from '#domain/collections/completions.ts';
import type { DocumentOf } from '#domain/collections/index.ts';
import type { CompletionStatus, Receipt } from '#domain/collections/receipts.ts';
import type { Review } from '#domain/collections/reviews.ts';
import { m } from '$lib/messages/generated/messages.js';
import { answeredAttempts, standingReviews, statusOf } from '#domain/marking/status.ts';

export type Task = DocumentOf<'tasks'>;
export type Club = Extract<DocumentOf<'school'>, { kind: 'club' }>;

/** One attempt at a piece of homework with all that this device knows of it. */
export interface Piece {
  readonly completion: Completion;
  /** Null until the server has it. */
  readonly receipt: Receipt | null;
  /** Every review, undone ones and their undoing too, oldest first. */
  readonly allReviews: readonly Review[];
  /** Reviews that stand, newest first. */
  readonly reviews: readonly Review[];
  readonly status: CompletionStatus;
  /** The day it counts for. */
  readonly date: IsoDate;
  /** 1 for a first go, 2 for an answer to "try again" … */
  readonly attempt: number;
  /** A later attempt has answered it: its verdict is history. */
  readonly isAnswered: boolean;
  readonly club: Club | null;
  readonly task: Task | null;
}

export interface PieceDocuments {
  readonly completions: readonly Completion[];
  readonly receipts: readonly Receipt[];
  readonly reviews: readonly Review[];
  readonly clubsById: ReadonlyMap<string, Club>;
  readonly tasksById: ReadonlyMap<string, Task>;
}

const none: readonly Review[] = [];

/** Joins completions with what belongs to them, each map laid out once: linear in the number of documents. */
export function joinPieces(documents: PieceDocuments): Piece[] {
  const receiptsById = new Map(documents.receipts.map((receipt) => [receipt.id, receipt]));
  const completionsById = new Map(documents.completions.map((completion) => [completion.id, completion]));
  const reviewsByCompletion = Map.groupBy(documents.reviews, (review) => review.completionId as string);
  const answered = answeredAttempts(documents.completions);

  return documents.completions.map((completion) => {
    const receipt = receiptsById.get(completion.id) ?? null;
    const allReviews = reviewsByCompletion.get(completion.id) ?? none;
    return {
      completion,
      receipt,
      allReviews,
      reviews: allReviews.length === 0 ? none : standingReviews(allReviews).sort(byNewest),
      status: statusOf(allReviews, receipt ?? undefined),
      date: receipt?.effectiveDate ?? completion.completionDate,
      attempt: attemptNumber(completion, completionsById),
      isAnswered: answered.has(completion.id),
      club: documents.clubsById.get(completion.clubId) ?? null,
      task: completion.taskId === null ? null : (documents.tasksById.get(completion.taskId) ?? null),
    };
  });
}

/** The instant that a queue goes by: when the server got it, or else when it was logged. */
export function arrivedAt(piece: Piece): string {
  return piece.receipt?.receivedAt ?? piece.completion.capturedAt;
}

/**
 * When it was logged, by the school's clock: the device's own, put right by what it had learned, and never after the server
 * got it. A clock that nobody has put right yet is taken as it stands.
 */
export function loggedAt({ completion, receipt }: Pick<Piece, 'completion' | 'receipt'>): string {
  const corrected = new Date(Date.parse(completion.capturedAt) + (completion.clockOffsetMs ?? 0)).toISOString();
  return receipt !== null && Date.parse(receipt.receivedAt) < Date.parse(corrected) ? receipt.receivedAt : corrected;
}

/** What a piece is called: its task, else its club. */
export function titleOf({ task, club }: Pick<Piece, 'task' | 'club'>): string {
  return task?.title ?? club?.name ?? m.marking_unknown_club();
}

/** The comment that the child sees: of the newest standing review that has one. */
export function commentOf(piece: Piece): string | null {
  return piece.reviews.find((review) => review.comment !== null)?.comment ?? null;
}

/** Days during which what was set aside can be taken up again; the server counts them from when it heard of it. */
const undoableDays = 30;

/**
 * The mark that has set a piece aside and can still be undone. What was moved to another child was set aside without a word of
 * why, and stays so.
 */
export function undoableVoid({ reviews }: Pick<Piece, 'reviews'>, now: Date): Review | null {
  const [newest, ...others] = reviews.filter(({ verdict }) => verdict === 'void');
  if (!newest || others.length > 0 || newest.comment === null) return null;
  return now.getTime() - Date.parse(newest.capturedAt) < undoableDays * 86_400_000 ? newest : null;
}

function byNewest(one: Review, other: Review): number {
  return other.capturedAt.localeCompare(one.capturedAt) || other.id.localeCompare(one.id);
}

/** Counts back along the chain of attempts; a chain that loops (a broken device) ends where it began. */
function attemptNumber(completion: Completion, completionsById: ReadonlyMap<string, Completion>): number {
  let attempt = 1;
  const seen = new Set([completion.id]);
  for (let previous = completion.previousAttemptId; previous !== null && !seen.has(previous); attempt++) {
    seen.add(previous);
    previous = completionsById.get(previous)?.previousAttemptId ?? null;
  }
  return attempt;
}
