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

const none: readonly Review[] = [];
const noPieces: ReadonlyMap<string, Piece> = new Map();

/** What belongs to completions, laid out by their ids. */
export interface PieceParts {
  readonly receiptsById: ReadonlyMap<string, Receipt>;
  readonly reviewsByCompletion: ReadonlyMap<string, readonly Review[]>;
  readonly clubsById: ReadonlyMap<string, Club>;
  readonly tasksById: ReadonlyMap<string, Task>;
}

/**
 * Joins completions with what belongs to them: linear in the number of documents. One mark changes one piece: the others stay the
 * objects that they were in `before`, so that nothing which hangs on them is worked out or drawn again.
 */
export function joinPieces(completions: readonly Completion[], parts: PieceParts, before: ReadonlyMap<string, Piece> = noPieces): Piece[] {
  const completionsById = new Map(completions.map((completion) => [completion.id, completion]));
  const answered = answeredAttempts(completions);

  return completions.map((completion) => {
    const known = before.get(completion.id);
    const receipt = parts.receiptsById.get(completion.id) ?? null;
    const found = parts.reviewsByCompletion.get(completion.id) ?? none;
    const allReviews = known && isSameList(known.allReviews, found) ? known.allReviews : found;
    const attempt = attemptNumber(completion, completionsById);
    const isAnswered = answered.has(completion.id);
    const club = parts.clubsById.get(completion.clubId) ?? null;
    const task = completion.taskId === null ? null : (parts.tasksById.get(completion.taskId) ?? null);
    if (
      known?.completion === completion &&
      known.receipt === receipt &&
      known.allReviews === allReviews &&
      known.attempt === attempt &&
      known.isAnswered === isAnswered &&
      known.club === club &&
      known.task === task
    )
      return known;
    return {
      completion,
      receipt,
      allReviews,
      reviews: allReviews.length === 0 ? none : standingReviews(allReviews).sort(byNewest),
      status: statusOf(allReviews, receipt ?? undefined),
      date: receipt?.effectiveDate ?? completion.completionDate,
      attempt,
      isAnswered,
      club,
      task,
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

/** What a piece is called: its task, else its club and what it was there. @param unknown the words for a club that is not here */
export function titleOf({ task, club, completion }: Pick<Piece, 'task' | 'club' | 'completion'>, unknown = m.marking_unknown_club): string {
  if (task) return task.title;
  const name = club?.name ?? unknown();
  if (completion.activity === 'reading') return m.piece_reading({ club: name });
  return completion.activity === 'practice' ? m.piece_practice({ club: name }) : name;
}

/** The comment that the child sees: of the newest standing review that has one. */
export function commentOf(piece: Piece): string | null {
  return piece.reviews.find((review) => review.comment !== null)?.comment ?? null;
}

/** The review whose voice is heard with the piece: the newest that stands and has one. */
export function spokenReviewOf({ reviews }: Pick<Piece, 'reviews'>): (Review & { readonly voiceId: string }) | null {
  for (const review of reviews) if (hasVoice(review)) return review;
  return null;
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

/** A device whose app was updated may not have been told yet (S28): missing is as good as none. */
function hasVoice(review: Review): review is Review & { readonly voiceId: string } {
  return typeof review.voiceId === 'string';
}

function byNewest(one: Review, other: Review): number {
  return other.capturedAt.localeCompare(one.capturedAt) || other.id.localeCompare(one.id);
}

function isSameList<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** Counts back along the chain of attempts; a chain that loops (a broken device) ends where it began. */
function attemptNumber(completion: Completion, completionsById: ReadonlyMap<string, Completion>): number {
  let previous: string | null = completion.previousAttemptId;
  if (previous === null) return 1;
  let attempt = 1;
  const seen = new Set([completion.id]);
  for (; previous !== null && !seen.has(previous); attempt++) {
    seen.add(previous);
    previous = completionsById.get(previous)?.previousAttemptId ?? null;
  }
  return attempt;
}
