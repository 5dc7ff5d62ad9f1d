import { describe, expect, it } from 'vitest';
import { treeGrowth } from './tree.ts';

describe('the tree of a club', () => {
  it('begins as an acorn without pips', () => {
    expect(treeGrowth(0)).toEqual({ stage: 'acorn', step: 0, pips: 0 });
  });

  it('takes a step with the sixth approved piece', () => {
    expect(treeGrowth(5)).toEqual({ stage: 'acorn', step: 0, pips: 5 });
    expect(treeGrowth(6)).toEqual({ stage: 'sapling', step: 1, pips: 0 });
  });

  it('grows through every stage and stays an oak', () => {
    expect([0, 6, 12, 18, 24, 600].map((approved) => treeGrowth(approved).stage)).toEqual([
      'acorn',
      'sapling',
      'young_tree',
      'tree',
      'oak',
      'oak',
    ]);
  });

  it('never falls as pieces are approved', () => {
    for (let approved = 0; approved < 100; approved++)
      expect(treeGrowth(approved + 1).step).toBeGreaterThanOrEqual(treeGrowth(approved).step);
  });
});
