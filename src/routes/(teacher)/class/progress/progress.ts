import type { InferOutput } from 'valibot';
import { mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import type { Span } from '#domain/calendar/spans.ts';
import type { feeling } from '#domain/collections/completions.ts';
import type { Receipt } from '#domain/collections/receipts.ts';
import type { Streak } from '#domain/streaks/streak.ts';
import type { Club, Piece } from '$lib/records/pieces.ts';

export type Punctuality = NonNullable<Receipt['punctuality']>;
export type Feeling = InferOutput<typeof feeling>;
/** A child's week: whether the class's target was met in it. `open` is this week while it is not. */
export type Outcome = 'met' | 'not_met' | 'open';

/** How many of each kind there were. */
export type Counts<Key extends string> = ReadonlyMap<Key, number>;
export interface WeekCounts<Key extends string> {
  readonly monday: IsoDate;
  readonly counts: Counts<Key>;
}

export const punctualities = ['early', 'on_time', 'late'] as const satisfies readonly Punctuality[];
export const feelings = ['easy', 'ok', 'tricky'] as const satisfies readonly Feeling[];
export const outcomes = ['met', 'open', 'not_met'] as const satisfies readonly Outcome[];
export const verdicts = ['approved', 'submitted', 'returned'] as const;
export type Verdict = (typeof verdicts)[number];

/** Of these pieces those that count for a day of the span, and for the club where one is named. What was set aside is none. */
export function piecesWithin(pieces: readonly Piece[], { from, until }: Span, clubId: string | null): Piece[] {
  return pieces.filter(
    (piece) =>
      piece.status !== 'void' && piece.date >= from && piece.date <= until && (clubId === null || piece.completion.clubId === clubId),
  );
}

/** When first goes at tasks that have a day came, by the week they count for. */
export function punctualityByWeek(pieces: readonly Piece[], { mondays }: Span): WeekCounts<Punctuality>[] {
  return countByWeek(pieces, mondays, punctualities, (piece) => (piece.attempt === 1 ? punctualityOf(piece) : null));
}

/** How it felt, every go that says so. */
export function feelingsByWeek(pieces: readonly Piece[], { mondays }: Span): WeekCounts<Feeling>[] {
  return countByWeek(pieces, mondays, feelings, ({ completion }) => completion.feeling);
}

export interface ClubCounts {
  /** Null for homework whose club is not known here. */
  readonly club: Club | null;
  readonly counts: Counts<Verdict>;
}

/** What became of the pieces, by club in the school's order. A go that a later one answers is part of that one. */
export function piecesByClub(pieces: readonly Piece[], clubs: Iterable<Club>): ClubCounts[] {
  const byClub = Map.groupBy(
    pieces.filter(({ isAnswered }) => !isAnswered),
    ({ club }) => club?.id ?? null,
  );
  return [...clubs, null].flatMap((club) => {
    const found = byClub.get(club?.id ?? null) ?? [];
    return found.length === 0 ? [] : [{ club, counts: count(found, verdicts, ({ status }) => (status === 'void' ? null : status)) }];
  });
}

/** Children's weeks by whether they met the target; a week in which nothing was needed is none. */
export function outcomesByWeek(streaks: readonly Streak[], { mondays }: Span): WeekCounts<Outcome>[] {
  const weeks = Map.groupBy(
    streaks.flatMap((streak) => streak.weeks),
    ({ monday }) => monday,
  );
  return mondays.map((monday) => ({
    monday,
    counts: count(weeks.get(monday) ?? [], outcomes, (week) => {
      if (week.state === 'neutral' || (week.need === 0 && week.have === 0)) return null;
      if (week.state === 'open') return week.have >= Math.max(1, week.need) ? 'met' : 'open';
      return week.state === 'met' ? 'met' : 'not_met';
    }),
  }));
}

/** All weeks together. */
export function sumOf<Key extends string>(weeks: readonly { readonly counts: Counts<Key> }[], key: Key): number {
  return weeks.reduce((sum, { counts }) => sum + (counts.get(key) ?? 0), 0);
}

/** The server's word, or until it has been heard the same rule. */
export function punctualityOf({ receipt, task, date }: Piece): Punctuality | null {
  if (receipt !== null) return receipt.punctuality;
  if (task === null || task.dueOn === null) return null;
  return date < task.dueOn ? 'early' : date === task.dueOn ? 'on_time' : 'late';
}

function countByWeek<Key extends string>(
  pieces: readonly Piece[],
  mondays: readonly IsoDate[],
  keys: readonly Key[],
  keyOf: (piece: Piece) => Key | null,
): WeekCounts<Key>[] {
  const byMonday = Map.groupBy(pieces, ({ date }) => mondayOf(date));
  return mondays.map((monday) => ({ monday, counts: count(byMonday.get(monday) ?? [], keys, keyOf) }));
}

function count<Item, Key extends string>(items: readonly Item[], keys: readonly Key[], keyOf: (item: Item) => Key | null): Counts<Key> {
  const found = items.map(keyOf);
  return new Map(keys.map((key) => [key, found.filter((one) => one === key).length]));
}
