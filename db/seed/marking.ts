import { addDays, dateToDayNumber, type IsoDate } from '#domain/calendar/dates.ts';
import { stickers, type Sticker } from '#domain/marking/stickers.ts';
import { schoolTime, toInstant } from './local-time.ts';
import type { Child, Completion, Review } from './model.ts';
import { randomFor, type Random } from './random.ts';
import { seedId } from './seed-id.ts';
import { comments, voidComments } from './words/comments.ts';
import { bandOf } from './words/idea.ts';

/** How the teachers of a class mark. */
export interface Marking {
  readonly leadId: string;
  readonly helperIds: readonly string[];
  /** All of it within days, or most of it in time. */
  readonly isPrompt: boolean;
  readonly schoolDays: ReadonlySet<IsoDate>;
  readonly lastSchoolDay: IsoDate;
  /** Milliseconds; nothing is later. */
  readonly now: number;
}

/** The reviews that a completion has had by now. */
export function drawReviews(
  marking: Marking,
  child: Child,
  completion: Completion,
  entry: { readonly outcome?: 'waiting' | 'approved' | 'returned' },
): Review[] {
  const { outcome } = entry;
  const random = randomFor(completion.id, 'marking');
  if (outcome === 'waiting') return [];
  if (!outcome && child.history === 'drawn' && !random.chance(marking.isPrompt ? 0.995 : 0.885)) return [];

  const reviewedAt = outcome ? settledAt(marking, completion) : drawnTime(random, marking, completion);
  if (reviewedAt === null || reviewedAt > marking.now) return [];
  const reviewerId = marking.helperIds.length > 0 && random.chance(0.12) ? random.pick(marking.helperIds) : marking.leadId;
  const isSecondAttempt = completion.previousAttemptId !== null;
  const verdict =
    outcome ??
    random.weighted([
      ['approved', isSecondAttempt ? 97 : 90],
      ['returned', isSecondAttempt ? 3 : 9],
      ['void', 1],
    ] as const);
  const { praise, again } = comments[bandOf(child.yearGroup)];

  const review = (
    number: number,
    at: number,
    given: Pick<Review, 'verdict' | 'restores' | 'comment' | 'star'> & Partial<Pick<Review, 'sticker'>>,
    by = reviewerId,
  ): Review => ({
    id: seedId(at, completion.id, 'review', String(number)),
    completionId: completion.id,
    studentId: child.id,
    reviewerId: by,
    sticker: null,
    ...given,
    reviewedAt: toInstant(at),
  });
  if (verdict === 'void') return [review(0, reviewedAt, { verdict, restores: null, comment: random.pick(voidComments), star: false })];
  if (verdict === 'returned') {
    const returned = review(0, reviewedAt, { verdict, restores: null, comment: random.pick(again), star: false });
    const second = reviewedAt + 40_000;
    // A slip of the finger, taken back; or a colleague who had approved the same piece: approval wins.
    if (outcome || second > marking.now || !random.chance(0.05)) return [returned];
    const helper = marking.helperIds[0];
    if (helper !== undefined && random.chance(0.5))
      return [returned, review(1, second, { verdict: 'approved', restores: null, comment: null, star: false }, helper)];
    return [
      returned,
      review(1, second, { verdict: 'restored', restores: returned.id, comment: null, star: false }),
      review(2, second + 5_000, { verdict: 'approved', restores: null, comment: null, star: false }),
    ];
  }
  const isPraised = outcome === 'approved' || random.chance(0.3);
  const comment = isPraised ? random.pick(praise) : null;
  const star = random.chance(0.05);
  return [review(0, reviewedAt, { verdict, restores: null, comment, star, sticker: drawSticker(completion, outcome !== undefined) })];
}

/** A stream of its own: that there are stickers changes nothing else of a demo school. */
function drawSticker(completion: Completion, isShownOften: boolean): Sticker | null {
  const random = randomFor(completion.id, 'sticker');
  return random.chance(isShownOften ? 0.6 : 0.15) ? random.pick(stickers) : null;
}

/** The same evening, or on one of the next school days: before lessons, at lunch or after them. */
function drawnTime(random: Random, { schoolDays, lastSchoolDay, isPrompt }: Marking, completion: Completion): number | null {
  const wait = random.weighted(
    isPrompt
      ? ([
          [0, 35],
          [1, 50],
          [2, 12],
          [3, 3],
        ] as const)
      : ([
          [1, 40],
          [2, 28],
          [3, 14],
          [4, 10],
          [6, 8],
        ] as const),
  );
  const minutes = random.weighted([
    [random.int(460, 520), 4],
    [random.int(735, 780), 2],
    [random.int(930, 1_020), 4],
  ] as const);
  const received = completion.receivedAt.slice(0, 10);
  if (wait === 0) return Math.max(schoolTime(received, random.int(1_180, 1_240)), Date.parse(completion.receivedAt) + 300_000);
  let day = received;
  for (let left = wait; left > 0;) {
    day = addDays(day, 1);
    if (day > lastSchoolDay) return null;
    if (schoolDays.has(day)) left--;
  }
  return schoolTime(day, minutes);
}

/** The morning after, for the pieces whose outcome is settled; whatever the time is now, it has been marked. */
function settledAt({ now }: Marking, completion: Completion): number {
  const morning = schoolTime(addDays(completion.effectiveDate, 1), 8 * 60 + 20 + (dateToDayNumber(completion.effectiveDate) % 20));
  return Math.min(Math.max(morning, Date.parse(completion.receivedAt) + 60_000), now);
}
