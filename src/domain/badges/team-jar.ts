import type { BadgeRecord, BadgeStanding } from './badge.ts';

/** A jar of a buddy group that was filled while the child belonged to it. */
export function teamJar({ teamJarOn }: BadgeRecord): BadgeStanding {
  return { on: teamJarOn, have: teamJarOn === null ? 0 : 1, need: 1 };
}
