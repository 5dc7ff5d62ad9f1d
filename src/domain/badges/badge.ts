import type { IsoDate } from '../calendar/dates.ts';
import type { EarlierWork } from '../collections/progress.ts';
import type { ClubRules } from '../experience/club-rules.ts';
import type { Attempt } from '../experience/attempt.ts';
import type { StreakWeek } from '../streaks/streak.ts';

/** All that badges go by. */
export interface BadgeRecord {
  /** Attempts that are not void, oldest first. */
  readonly attempts: readonly Attempt[];
  /** Those of them that are approved. */
  readonly approved: readonly Attempt[];
  readonly clubsById: ReadonlyMap<string, ClubRules>;
  /** As the streak judged them, oldest first. */
  readonly weeks: readonly StreakWeek[];
  /** The day on which a jar of the child's buddies was full. */
  readonly teamJarOn: IsoDate | null;
  /** Days with work by the Monday of their week, ascending. */
  readonly doneByMonday: ReadonlyMap<IsoDate, readonly IsoDate[]>;
  /** Mondays of weeks in which the garden of the class was in full bloom, ascending; null where there is no garden. */
  readonly blooms: readonly IsoDate[] | null;
  /** What stands for the weeks before these; null where these are all. */
  readonly earlier: EarlierBadgeWork | null;
}

export interface EarlierBadgeWork extends EarlierWork {
  /** Days. */
  readonly run: number;
  readonly isLastMissed: boolean;
}

/** The day on which a badge was earned, or how much of what it takes is there. */
export interface BadgeStanding {
  readonly on: IsoDate | null;
  readonly have: number;
  readonly need: number;
}

/** One badge. Never random; only a void takes it back. */
export interface Badge {
  readonly id: string;
  /** Pure: the same on the device and on the server. */
  readonly standing: (record: BadgeRecord) => BadgeStanding;
  /** More work may hide how it was earned on that day; it stays while this still holds. */
  readonly stays?: (record: BadgeRecord, on: IsoDate) => boolean;
}

/** Stands before every day, for what came before the days that are known one by one. */
export const longAgo = '';

/** Earned with the `need`-th of these days, which are ascending. */
export function earnedWith(days: readonly IsoDate[], need: number, earlier = 0): BadgeStanding {
  const on = days[need - earlier - 1] ?? longAgo;
  return { on: on === longAgo ? null : on, have: Math.min(need, earlier + days.length), need };
}
