import type { IsoDate } from '#domain/calendar/dates.ts';
import { weekday } from '#domain/calendar/dates.ts';
import type { Child } from './model.ts';
import { randomFor, type Random } from './random.ts';

/** On which days of a week a child does homework. `weekNumber` counts the weeks of school. */
export interface WeekPlan {
  readonly monday: IsoDate;
  /** School days of the week; none in a holiday. */
  readonly expected: readonly IsoDate[];
  readonly days: readonly IsoDate[];
  readonly weekNumber: number;
  readonly target: number;
}

/** Weeks more or less than the target that a child of each kind does, each with its weight. */
const kinds = {
  eager: [
    [1, 5],
    [0, 4],
    [2, 2],
    [-1, 1],
  ],
  steady: [
    [0, 6],
    [1, 3],
    [-1, 2],
  ],
  bumpy: [
    [0, 3],
    [-1, 3],
    [1, 2],
    [-2, 2],
    [-3, 1],
  ],
  rare: [
    [-2, 4],
    [-1, 3],
    [-3, 2],
    [0, 1],
  ],
} as const satisfies Record<string, readonly (readonly [number, number])[]>;

/** The days of one week on which this child does homework. Maya never misses a week; Leo rests once and comes back. */
export function doneDays(child: Child, week: WeekPlan): IsoDate[] {
  const random = randomFor(child.id, 'week', week.monday);
  const { expected, weekNumber } = week;
  if (child.history === 'maya') {
    return expected.length === 0 ? [] : weekNumber % 3 === 2 ? expected.filter((day) => weekday(day) !== 5) : [...expected];
  }
  if (child.history === 'leo') {
    if (weekNumber === 4) return expected.slice(0, 1);
    return expected.filter((day) => weekday(day) !== (weekNumber % 2 === 0 ? 3 : 5));
  }
  return drawDays(random, child, week);
}

function drawDays(random: Random, child: Child, { expected, days, target }: WeekPlan): IsoDate[] {
  if (expected.length === 0) return random.chance(0.18) ? [random.pick(days)] : [];
  const kind = randomFor(child.id, 'diligence').weighted([
    ['eager', 30],
    ['steady', 42],
    ['bumpy', 20],
    ['rare', 8],
  ] as const);
  const isIll = random.chance(0.035);
  const wanted = isIll ? random.int(0, 1) : target + random.weighted(kinds[kind]);
  const chosen = random.shuffle(expected).slice(0, Math.max(0, wanted));
  // Now and then a school evening moves to the weekend.
  const weekend = days.filter((day) => weekday(day) > 5);
  if (chosen.length > 1 && random.chance(0.25)) chosen[0] = random.pick(weekend);
  return [...new Set(chosen)].sort();
}
