import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Closure } from '#domain/calendar/expected-days.ts';
import type { IsoDate } from '#domain/calendar/dates.ts';
import { progress as progressCollection, type OpeningBalance } from '#domain/collections/progress.ts';
import type { CompletionStatus } from '#domain/collections/receipts.ts';
import type { Verdict } from '#domain/collections/reviews.ts';
import { answeredAttempts, statusFromReviews } from '#domain/marking/status.ts';
import { streakInput } from '#domain/streaks/streak-input.ts';
import { openingAt, streak, weekRecords, type StreakInput } from '#domain/streaks/streak.ts';

/** What is kept of a child's record, as `student_progress` holds it. */
export const keptProgress = v.pick(progressCollection.schema, ['currentRun', 'longestRun', 'weeks', 'clubs', 'opening']);
export type KeptProgress = v.InferOutput<typeof keptProgress>;

export interface DerivedCompletion {
  readonly id: string;
  readonly clubId: string;
  readonly previousAttemptId: string | null;
  readonly effectiveDate: IsoDate;
  readonly status: CompletionStatus;
}

export interface DerivedReview {
  readonly id: string;
  readonly completionId: string;
  readonly verdict: Verdict;
  readonly restores: string | null;
}

/** All that a child's status and progress follow from. */
export interface ChildFacts {
  readonly startedOn: IsoDate;
  readonly target: number;
  readonly closures: readonly Closure[];
  readonly today: IsoDate;
  readonly completions: readonly DerivedCompletion[];
  readonly reviews: readonly DerivedReview[];
  readonly excused: readonly IsoDate[];
  /** As it was derived before; null the first time. */
  readonly progress: KeptProgress | null;
}

export interface ChildChanges {
  /** Completions whose status is another than what stands. */
  readonly statuses: readonly { readonly id: string; readonly status: CompletionStatus }[];
  /** Null when it is as it was: nothing is stamped needlessly. */
  readonly progress: KeptProgress | null;
}

/** Works out what must be written for one child: the status of each attempt, the run, and the figures of each club. Pure. */
export function deriveChild(facts: ChildFacts): ChildChanges {
  const completions = judgedCompletions(facts);
  const opening = facts.progress?.opening ?? null;
  const judged = streak(runInput(facts, completions));
  const progress: KeptProgress = {
    currentRun: judged.currentRun,
    longestRun: judged.longestRun,
    weeks: weekRecords(judged.weeks),
    clubs: clubFigures(completions, opening?.clubs),
    opening,
  };
  return {
    statuses: completions.filter(({ status, was }) => status !== was).map(({ id, status }) => ({ id, status })),
    progress: isDeepStrictEqual(progress, facts.progress) ? null : progress,
  };
}

/**
 * What is to stand for a child's weeks before `monday`, and for the completions that are removed with it: with that opening
 * `deriveChild` comes to the same run and figures. Attempts that answer one another go together.
 *
 * @param removed ids of completions
 */
export function foldChild(facts: ChildFacts, monday: IsoDate, removed: ReadonlySet<string>): OpeningBalance {
  const completions = judgedCompletions(facts);
  const gone = completions.filter(({ id }) => removed.has(id));
  const { run, longestRun, isLastMissed, monday: from } = openingAt(runInput(facts, completions), monday);
  return { monday: from, run, longestRun, isLastMissed, clubs: clubFigures(gone, facts.progress?.opening?.clubs) };
}

type JudgedCompletion = DerivedCompletion & { readonly was: CompletionStatus };

function judgedCompletions(facts: ChildFacts): JudgedCompletion[] {
  const reviewsByCompletion = Map.groupBy(facts.reviews, (review) => review.completionId);
  return facts.completions.map((completion) => ({
    ...completion,
    was: completion.status,
    status: statusFromReviews(reviewsByCompletion.get(completion.id) ?? []),
  }));
}

function runInput(facts: ChildFacts, completions: readonly DerivedCompletion[]): StreakInput {
  return streakInput({
    startedOn: facts.startedOn,
    closures: facts.closures,
    target: facts.target,
    today: facts.today,
    entries: completions.map(({ effectiveDate, status }) => ({ date: effectiveDate, status })),
    excused: facts.excused,
    closedWeeks: facts.progress?.weeks ?? [],
    opening: facts.progress?.opening,
  });
}

/** Completions of each club by what became of them, on top of `earlier`. What came back and was tried again is history. */
function clubFigures(completions: readonly DerivedCompletion[], earlier: KeptProgress['clubs'] = {}): KeptProgress['clubs'] {
  const answered = answeredAttempts(completions);
  const clubs: KeptProgress['clubs'] = structuredClone(earlier);
  for (const { id, clubId, status } of completions) {
    const figures = (clubs[clubId] ??= { approved: 0, waiting: 0, returned: 0 });
    if (status === 'approved') figures.approved++;
    else if (status === 'submitted') figures.waiting++;
    else if (status === 'returned' && !answered.has(id)) figures.returned++;
  }
  return clubs;
}
