import * as v from 'valibot';
import { studentId } from '../ids.ts';
import type { BoardWeek } from './week.ts';

/** A child of a class, this week. */
export interface BoardChild extends BoardWeek {
  readonly studentId: string;
  /** The school has switched boards on, the family agrees, and the child said yes: all of them, now. */
  readonly isShown: boolean;
}

export const boardPlace = v.object({ studentId, place: v.number(), days: v.number() });
export type BoardPlace = v.InferOutput<typeof boardPlace>;

/** Two names on a wall would be two children who are looked at, and one who is missing would be looked for. */
const leastNames = 3;
const mostPlaces = 5;

/**
 * Who stands in the Hall of Effort: those who did something this week and may be shown, in no order of merit. Whoever is not
 * there may have said no, may have nobody who agrees, or may just begin later in the week: nothing tells which.
 */
export function hallOfEffort(children: readonly BoardChild[]): string[] {
  const names = children.filter(({ isShown, have }) => isShown && have > 0).map((child) => child.studentId);
  return names.length < leastNames ? [] : names.sort();
}

/**
 * The individual board: the first places by days of this week, of those alone who may be shown, so that nobody else moves a
 * place or leaves a gap. Equal days share a place, and are named together or not at all: five at most, and never more than half
 * of those who may be shown, so that nobody on it is the last and whoever is missing is one of several. Only the first place is
 * shared by more, where all have it or several are left. Further down there is no place, for oneself neither.
 */
export function individualBoard(children: readonly BoardChild[]): BoardPlace[] {
  const shown = children.filter(({ isShown }) => isShown);
  const most = Math.min(mostPlaces, Math.floor(shown.length / 2));
  if (most < 2) return [];
  const isNamed = (place: number, days: number): boolean => {
    const named = shown.filter(({ have }) => have >= days).length;
    const left = shown.length - named;
    return named <= most || (place === 1 && (left === 0 || left >= leastNames));
  };
  return shown
    .filter(({ have }) => have > 0)
    .map((child) => ({
      studentId: v.parse(studentId, child.studentId),
      place: 1 + shown.filter(({ have }) => have > child.have).length,
      days: child.have,
    }))
    .filter(({ place, days }) => isNamed(place, days))
    .sort((one, other) => one.place - other.place || (one.studentId < other.studentId ? -1 : 1));
}
