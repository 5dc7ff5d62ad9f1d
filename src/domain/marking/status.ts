import type { CompletionStatus, Receipt } from '../collections/receipts.ts';
import type { Verdict } from '../collections/reviews.ts';

/** What counts of a review; ids may be branded or, in derivation, plain. */
interface Judgement {
  readonly id: string;
  readonly verdict: Verdict;
  readonly restores: string | null;
}

/** The reviews that stand: those that no `restored` review has taken back. Undo adds, it never deletes. */
export function standingReviews<R extends Judgement>(reviews: readonly R[]): R[] {
  const takenBack = new Set<string | null>(reviews.map((review) => review.restores));
  return reviews.filter((review) => review.verdict !== 'restored' && !takenBack.has(review.id));
}

/**
 * What the reviews of one attempt come to, whatever their order of arrival: void above all, then `approved` wins over
 * `returned`, so that two teachers who mark the same work offline never take away from a child.
 */
export function statusFromReviews(reviews: readonly Judgement[]): CompletionStatus {
  const verdicts = new Set(standingReviews(reviews).map((review) => review.verdict));
  if (verdicts.has('void')) return 'void';
  if (verdicts.has('approved')) return 'approved';
  if (verdicts.has('returned')) return 'returned';
  return 'submitted';
}

/** Whether a review that stands has a star. */
export function hasStar(reviews: readonly (Judgement & { readonly star: boolean })[]): boolean {
  return standingReviews(reviews).some(({ star }) => star);
}

/** The status to show on a device: its own reviews, even unsent ones, and else what the server's receipt says. */
export function statusOf(reviews: readonly Judgement[], receipt: Pick<Receipt, 'status'> | undefined): CompletionStatus {
  return reviews.length > 0 ? statusFromReviews(reviews) : (receipt?.status ?? 'submitted');
}

/** Ids of attempts that a later attempt has answered; their verdict is history. */
export function answeredAttempts(completions: readonly { readonly previousAttemptId: string | null }[]): Set<string> {
  return new Set(completions.flatMap((completion) => completion.previousAttemptId ?? []));
}
