import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Closure } from '#domain/calendar/expected-days.ts';
import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Activity } from '#domain/collections/completions.ts';
import { progress as progressCollection, type OpeningBalance } from '#domain/collections/progress.ts';
import type { CompletionStatus } from '#domain/collections/receipts.ts';
import type { Verdict } from '#domain/collections/reviews.ts';
import type { ClubRules } from '#domain/experience/club-rules.ts';
import { earlierWorkAt, recognise, type RecognisedWork } from '#domain/experience/recognition.ts';
import type { Placement } from '#domain/levels/growth.ts';
import { answeredAttempts, hasStar, statusFromReviews } from '#domain/marking/status.ts';
import { streakInput } from '#domain/streaks/streak-input.ts';
import { openingAt, streak, weekRecords, type Streak, type StreakInput } from '#domain/streaks/streak.ts';

/** What is kept of a child's record, as `student_progress` holds it. */
export const keptProgress = v.required(
  v.pick(progressCollection.schema, ['currentRun', 'longestRun', 'weeks', 'clubs', 'points', 'level', 'clubLevels', 'badges', 'opening']),
);
export type KeptProgress = v.InferOutput<typeof keptProgress>;

export interface DerivedCompletion {
  readonly id: string;
  readonly clubId: string;
  /** The strand of its task. */
  readonly strand: string | null;
  readonly activity: Activity | null;
  readonly previousAttemptId: string | null;
  readonly effectiveDate: IsoDate;
  readonly status: CompletionStatus;
}

export interface DerivedReview {
  readonly id: string;
  readonly completionId: string;
  readonly verdict: Verdict;
  readonly restores: string | null;
  readonly star: boolean;
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
  readonly clubs: readonly ClubRules[];
  /** By club id, where a teacher has placed the child. */
  readonly placements: Readonly<Record<string, Placement>>;
  /** Mondays of weeks that are over in which the garden of the child's class was in full bloom, ascending. */
  readonly blooms: readonly IsoDate[];
  /** The day on which the jar of a buddy group of the child's was full; null where none was. */
  readonly teamJarOn: IsoDate | null;
  /** As it was derived before; null the first time. */
  readonly progress: KeptProgress | null;
}

export interface ChildChanges {
  /** Completions whose status is another than what stands. */
  readonly statuses: readonly { readonly id: string; readonly status: CompletionStatus }[];
  /** Null when it is as it was: nothing is stamped needlessly. */
  readonly progress: KeptProgress | null;
}

/** Works out what must be written for one child: the status of each attempt, the run, the figures of each club, points, levels and badges. Pure. */
export function deriveChild(facts: ChildFacts): ChildChanges {
  const completions = judgedCompletions(facts);
  const opening = facts.progress?.opening ?? null;
  const judged = streak(runInput(facts, completions));
  const progress: KeptProgress = {
    currentRun: judged.currentRun,
    longestRun: judged.longestRun,
    weeks: weekRecords(judged.weeks),
    clubs: clubFigures(completions, opening?.clubs),
    ...recognition(facts, completions, judged),
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
  const input = runInput(facts, completions);
  const { run, longestRun, isLastMissed, monday: from } = openingAt(input, monday);
  const work = recognisedWork(facts, completions, streak(input));
  const earlier = earlierWorkAt(work, from);
  const clubs = clubFigures(gone, facts.progress?.opening?.clubs);
  const opening = { monday: from, run, longestRun, isLastMissed, clubs, work: earlier };
  // What lies across the Monday, as a half-term may, is not seen as a whole any more. What it brought is kept.
  const { badges: left } = recognise({ ...work, opening, streak: streak({ ...input, opening }) });
  const across = Object.entries(recognise(work).badges).filter(([badge]) => !(badge in left));
  return { ...opening, work: { ...earlier, badges: { ...earlier.badges, ...Object.fromEntries(across) } } };
}

type JudgedCompletion = DerivedCompletion & { readonly was: CompletionStatus; readonly hasStar: boolean };

function judgedCompletions(facts: ChildFacts): JudgedCompletion[] {
  const reviewsByCompletion = Map.groupBy(facts.reviews, (review) => review.completionId);
  return facts.completions.map((completion) => {
    const reviews = reviewsByCompletion.get(completion.id) ?? [];
    return { ...completion, was: completion.status, status: statusFromReviews(reviews), hasStar: hasStar(reviews) };
  });
}

function recognition(facts: ChildFacts, completions: readonly JudgedCompletion[], judged: Streak) {
  const { points, level, clubLevels, badges } = recognise(recognisedWork(facts, completions, judged));
  return { points, level, clubLevels: { ...clubLevels }, badges: { ...badges } };
}

function recognisedWork(facts: ChildFacts, completions: readonly JudgedCompletion[], judged: Streak): RecognisedWork {
  return {
    attempts: completions.map(({ id, clubId, effectiveDate, status, strand, activity, previousAttemptId, hasStar: isStarred }) => ({
      id,
      clubId,
      date: effectiveDate,
      status,
      strand,
      activity,
      isAnswer: previousAttemptId !== null,
      hasStar: isStarred,
    })),
    streak: judged,
    today: facts.today,
    clubs: facts.clubs,
    placements: facts.placements,
    blooms: facts.blooms,
    opening: facts.progress?.opening ?? null,
    badgesBefore: facts.progress?.badges ?? {},
    teamJarOn: facts.teamJarOn,
  };
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
