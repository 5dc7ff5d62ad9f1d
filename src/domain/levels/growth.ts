import { piecesOf, piecesPerStep, stepsOf, type StrandCounts } from './steps.ts';

/** Where a teacher has put a child in a club, and from which day. The reason is for staff. */
export interface Placement {
  readonly level: number;
  readonly on: string;
}

/** How far a child has come in one club. */
export interface ClubGrowth {
  /** The number of the level, from 1. */
  readonly level: number;
  /** Approved pieces of the step that is growing, 0 to 6: six wait for one of another strand. */
  readonly pieces: number;
}

/**
 * The level that a child has reached in a club: a step for each six approved pieces over two strands, from the first level, or
 * from where a teacher has placed the child.
 *
 * @param counts approved pieces since the placement, or ever
 * @param levels how many the club has; 0 where it has no ladder, and grows without end
 */
export function clubGrowth(counts: StrandCounts, strands: number, levels: number, placement: Placement | null): ClubGrowth {
  const steps = stepsOf(counts, strands);
  const reached = (placement?.level ?? 1) + steps;
  return {
    level: levels > 0 ? Math.min(reached, Math.max(levels, placement?.level ?? 1)) : reached,
    pieces: Math.min(piecesPerStep, piecesOf(counts) - steps * piecesPerStep),
  };
}
