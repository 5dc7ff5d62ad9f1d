import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Closure } from '#domain/calendar/expected-days.ts';
import type { WeekRecord } from '#domain/collections/progress.ts';
import { streakInput } from '#domain/streaks/streak-input.ts';
import { streak, type RunOpening, type Streak, type StreakInput } from '#domain/streaks/streak.ts';
import type { Piece } from './pieces.ts';

export interface ChildStreakRecord {
  readonly startedOn: IsoDate;
  readonly closures: readonly Closure[];
  /** The weekly target of the child's class. */
  readonly target: number;
  readonly today: IsoDate;
  /** This child's pieces alone. */
  readonly pieces: readonly Piece[];
  /** Days on which nothing is expected of this child. */
  readonly excused: readonly IsoDate[];
  /** Closed weeks as the server judged them. */
  readonly closedWeeks: readonly WeekRecord[];
  /** What the server says of weeks whose entries are no longer here. */
  readonly opening?: RunOpening | null | undefined;
}

export interface ChildStreak {
  readonly input: StreakInput;
  readonly judged: Streak;
}

/** A child's run as this device knows it, unsent homework, marks and excused days included. */
export function childStreak(record: ChildStreakRecord): ChildStreak {
  const input = streakInput({
    startedOn: record.startedOn,
    closures: record.closures,
    target: record.target,
    today: record.today,
    entries: record.pieces.map((piece) => ({ date: piece.date, status: piece.status })),
    excused: record.excused,
    closedWeeks: record.closedWeeks,
    opening: record.opening,
  });
  return { input, judged: streak(input) };
}

/** The same child's run if one piece were set aside: what a void would do, said before it is done. */
export function childStreakWithout(record: ChildStreakRecord, completionId: string): ChildStreak {
  return childStreak({ ...record, pieces: record.pieces.filter((piece) => piece.completion.id !== completionId) });
}

/** The same child's run with a piece of another child's: what a move would do, said before it is done. */
export function childStreakWith(record: ChildStreakRecord, piece: Piece): ChildStreak {
  return childStreak({ ...record, pieces: [...record.pieces, piece] });
}
