import type { IsoDate } from '../calendar/dates.ts';
import type { Activity } from '../collections/completions.ts';
import type { CompletionStatus } from '../collections/receipts.ts';

/**
 * One attempt, with all that recognition may go by. Deliberately absent: photos, minutes, the time of day, who logged it and
 * what a parent did.
 */
export interface Attempt {
  readonly id: string;
  readonly clubId: string;
  /** The day it counts for. */
  readonly date: IsoDate;
  readonly status: CompletionStatus;
  /** The strand of its task; null where it was logged without one. */
  readonly strand: string | null;
  /** What it was where it has no task, as whoever logged it said; null where nobody did. */
  readonly activity: Activity | null;
  /** It answers an earlier attempt. */
  readonly isAnswer: boolean;
  /** A standing review of it has a teacher's star. */
  readonly hasStar: boolean;
}

/** Each attempt that is not void once, however often it was delivered, oldest first. */
export function countedAttempts(attempts: readonly Attempt[]): Attempt[] {
  const byId = new Map(attempts.filter(({ status }) => status !== 'void').map((attempt) => [attempt.id, attempt]));
  return [...byId.values()].sort((one, other) => compare(one.date, other.date) || compare(one.id, other.id));
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
