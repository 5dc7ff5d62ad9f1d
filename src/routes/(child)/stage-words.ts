import type { TreeStage } from '#domain/levels/tree.ts';
import { m } from '$lib/messages/generated/messages.js';

const words: Record<TreeStage, () => string> = {
  acorn: m.tree_acorn,
  sapling: m.tree_sapling,
  young_tree: m.tree_young_tree,
  tree: m.tree_tree,
  oak: m.tree_oak,
};

export function stageWords(stage: TreeStage): string {
  return words[stage]();
}
