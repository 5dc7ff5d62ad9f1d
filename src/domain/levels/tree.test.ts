import { describe, expect, it } from 'vitest';
import { treeStage } from './tree.ts';

describe('the tree of a club', () => {
  it('begins as an acorn and is an oak in the last stage of the ladder', () => {
    const levels = Array.from({ length: 21 }, (_, index) => treeStage(index + 1, 21));
    expect(
      Map.groupBy(levels, (stage) => stage)
        .entries()
        .map(([stage, { length }]) => `${String(length)} ${stage}`)
        .toArray(),
    ).toEqual(['3 acorn', '6 sapling', '3 young_tree', '6 tree', '3 oak']);
  });

  it('grows a stage with each step where the club has no ladder, and stays an oak', () => {
    expect([1, 2, 3, 4, 5, 90].map((level) => treeStage(level, 0))).toEqual(['acorn', 'sapling', 'young_tree', 'tree', 'oak', 'oak']);
  });

  it('stays an oak beyond the last level', () => {
    expect(treeStage(22, 21)).toBe('oak');
  });
});
