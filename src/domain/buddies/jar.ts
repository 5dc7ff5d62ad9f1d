import { mondayOf, type IsoDate } from '../calendar/dates.ts';

/** Marbles that fill a jar: what three or four children do in about three weeks. */
export const jarSize = 36;

/** Marbles that one child puts in within a week, so that nobody fills it alone, and nobody has to. */
export const marblesAWeek = 5;

export interface Jar {
  /** In the jar that stands there now, fewer than `jarSize`. */
  readonly marbles: number;
  /** Jars that were filled before it. */
  readonly full: number;
}

/** The jar that so many marbles make: a full one goes on the shelf, and the next begins empty. */
export function jarOf(marbles: number): Jar {
  return { marbles: marbles % jarSize, full: Math.floor(marbles / jarSize) };
}

/**
 * The days of one child that put another marble into the jar: one a day on which something was done, from the day of joining,
 * `marblesAWeek` at most. What was counted stays counted, so that a jar never falls; in whatever order work arrives, and however
 * often, it comes to the same number.
 *
 * @param done days with work that is not void
 * @param counted days whose marble is in the jar
 */
export function newMarbles(done: readonly IsoDate[], counted: readonly IsoDate[], joinedOn: IsoDate, today: IsoDate): IsoDate[] {
  const inJar = new Set(counted);
  const ofWeek = new Map<IsoDate, number>();
  const add = (day: IsoDate) => ofWeek.set(mondayOf(day), (ofWeek.get(mondayOf(day)) ?? 0) + 1);
  inJar.forEach(add);
  const fresh = [...new Set(done)].filter((day) => !inJar.has(day) && day >= joinedOn && day <= today).sort();
  return fresh.filter((day) => {
    if ((ofWeek.get(mondayOf(day)) ?? 0) >= marblesAWeek) return false;
    add(day);
    return true;
  });
}

/** The first of the days on which the jar was full while the child belonged to the group; null where there is none. */
export function filledWhile(fullOn: readonly IsoDate[], joinedOn: IsoDate, leftOn: IsoDate | null): IsoDate | null {
  return fullOn.find((day) => day >= joinedOn && (leftOn === null || day <= leftOn)) ?? null;
}
