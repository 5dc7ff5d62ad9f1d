/** What a club's tree looks like, from the first acorn to the oak. */
export type TreeStage = 'acorn' | 'sapling' | 'young_tree' | 'tree' | 'oak';

/** The seven stages of the built-in ladder, Reception to Year 6, each of three levels. */
const ladder: readonly TreeStage[] = ['acorn', 'sapling', 'sapling', 'young_tree', 'tree', 'tree', 'oak'];
const withoutLadder: readonly TreeStage[] = ['acorn', 'sapling', 'young_tree', 'tree', 'oak'];

/**
 * The tree of a child on `level` (from 1) of a club with so many levels: an acorn on the first, an oak on the last. A club that
 * has no levels of its own grows a stage with each.
 */
export function treeStage(level: number, levels: number): TreeStage {
  const stages = levels > 0 ? ladder : withoutLadder;
  const along = Math.floor(((level - 1) * stages.length) / (levels > 0 ? levels : stages.length));
  return stages[Math.max(0, Math.min(along, stages.length - 1))] ?? 'oak';
}
