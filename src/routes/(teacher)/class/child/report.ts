import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Streak, StreakWeek } from '#domain/streaks/streak.ts';
import type { Piece } from '$lib/records/pieces.ts';
import { feelings, punctualities, punctualityOf, type Feeling, type Punctuality } from '../progress/progress.ts';

interface Days {
  readonly from: IsoDate;
  readonly until: IsoDate;
}

/** What a child's report says in figures, of one stretch of school weeks. */
export interface ReportFigures {
  /** Pieces of homework; what was set aside is none, and goes at one piece are one. */
  readonly pieces: number;
  readonly approved: number;
  /** Oldest first; weeks in which no homework was expected are left out. */
  readonly weeks: readonly StreakWeek[];
  /** Of them those that are over, and those of them that met the target. */
  readonly over: number;
  readonly met: number;
  readonly felt: ReadonlyMap<Feeling, number>;
  /** First goes at tasks with a day, by when they came. */
  readonly came: ReadonlyMap<Punctuality, number>;
  /** Minutes, of the pieces that say how long they took; null where none does. */
  readonly minutes: number | null;
}

export function reportFigures(pieces: readonly Piece[], { weeks: all }: Streak, { from, until }: Days): ReportFigures {
  const within = pieces.filter(({ date, status }) => status !== 'void' && date >= from && date <= until);
  const last = within.filter(({ isAnswered }) => !isAnswered);
  const weeks = all.filter(({ monday, cap }) => cap > 0 && monday >= from && monday <= until);
  const over = weeks.filter(({ state }) => state !== 'open' && state !== 'neutral');
  const said = within.flatMap(({ completion }) => completion.minutes ?? []);
  const count = <Key>(keys: readonly Key[], found: readonly (Key | null)[]) =>
    new Map(keys.map((key) => [key, found.filter((one) => one === key).length]));
  return {
    pieces: last.length,
    approved: last.filter(({ status }) => status === 'approved').length,
    weeks,
    over: over.length,
    met: over.filter(({ state }) => state === 'met').length,
    felt: count(
      feelings,
      within.map(({ completion }) => completion.feeling),
    ),
    came: count(
      punctualities,
      within.filter(({ attempt }) => attempt === 1).map((piece) => punctualityOf(piece)),
    ),
    minutes: said.length === 0 ? null : said.reduce((sum, one) => sum + one, 0),
  };
}
