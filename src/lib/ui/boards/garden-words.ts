import type { GardenStage } from '#domain/boards/garden.ts';
import { m } from '$lib/messages/generated/messages.js';

/** What a garden looks like, in words that a child can read. */
export const stageWords: Readonly<Record<GardenStage, () => string>> = {
  0: m.garden_stage_0,
  1: m.garden_stage_1,
  2: m.garden_stage_2,
  3: m.garden_stage_3,
  4: m.garden_stage_4,
};
