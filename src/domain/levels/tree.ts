/** What a club's tree looks like, from the first acorn to the oak. */
export type TreeStage = 'acorn' | 'sapling' | 'young_tree' | 'tree' | 'oak';

export interface TreeGrowth {
  readonly stage: TreeStage;
  /** Steps grown since the first acorn. */
  readonly step: number;
  /** Approved pieces of the step that is growing, 0 to 5. */
  readonly pips: number;
}

/** Approved pieces that make a step. */
export const piecesPerStep = 6;

const stages: readonly TreeStage[] = ['acorn', 'sapling', 'young_tree', 'tree', 'oak'];

/** How far a child's tree in one club has grown: a step for each six approved pieces, a stage for each step, an oak for good. */
export function treeGrowth(approved: number): TreeGrowth {
  const pieces = Math.max(0, Math.floor(approved));
  const step = Math.floor(pieces / piecesPerStep);
  return { stage: stages[Math.min(step, stages.length - 1)] ?? 'oak', step, pips: pieces % piecesPerStep };
}
