import * as v from 'valibot';
import type { IsoDate } from '../calendar/dates.ts';
import { counts, isMet, type BoardWeek } from './week.ts';

/** Fewer children than this have no garden: of a few, a picture of all would be a picture of each. */
export const leastChildren = 10;

/** How far a garden has come, from bare beds (0) to full bloom (4). */
export const gardenStage = v.picklist([0, 1, 2, 3, 4]);
export type GardenStage = v.InferOutput<typeof gardenStage>;
export const fullBloom: GardenStage = 4;

/**
 * How much of a class has met the own week; null where too few children count.
 *
 * It tells a fifth of the class and never a number: in the smallest class two children lie between one stage and the next, bare
 * beds do not say that nobody met their week, and full bloom, from four fifths on, does not say that everybody did. So nothing
 * follows about the child who is left over, of nine out of ten neither.
 */
export function gardenOf(weeks: readonly BoardWeek[]): GardenStage | null {
  const counted = weeks.filter(counts);
  if (counted.length < leastChildren) return null;
  const fifths = Math.floor((counted.filter(isMet).length * 5) / counted.length);
  return v.parse(gardenStage, Math.min(fifths, fullBloom));
}

export interface ClassGarden {
  readonly classId: string;
  readonly name: string;
  readonly stage: GardenStage;
}

const mostShown = 3;
const leastGardens = 4;

/**
 * The gardens of a school that everybody sees: three at most, and never more than the better half, so that none is the last and
 * none that is missing stands out. Gardens of one stage are equal; which of them are shown changes with the week.
 *
 * @param gardens one a class, only of classes that have one
 */
export function topGardens(gardens: readonly ClassGarden[], monday: IsoDate): ClassGarden[] {
  if (gardens.length < leastGardens) return [];
  const turn = (garden: ClassGarden) => mixed(`${monday} ${garden.classId}`);
  return gardens
    .filter(({ stage }) => stage > 0)
    .sort((one, other) => other.stage - one.stage || turn(one) - turn(other) || (one.classId < other.classId ? -1 : 1))
    .slice(0, Math.min(mostShown, Math.floor(gardens.length / 2)));
}

/** A number from a text that changes wholly with each letter (FNV-1a); no secret. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
