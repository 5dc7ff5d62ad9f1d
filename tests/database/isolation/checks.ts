import { hardeningChecks } from './hardening.ts';
import { readingChecks } from './reading.ts';
import type { Scene } from './scene.ts';
import { writingChecks } from './writing.ts';

/** What the wall between schools does, each as a sentence; answers with what went through, or nothing. */
export const isolationChecks = {
  ...readingChecks,
  ...writingChecks,
  ...hardeningChecks,
} satisfies Record<string, (scene: Scene) => Promise<string[]>>;

export type IsolationCheck = keyof typeof isolationChecks;
