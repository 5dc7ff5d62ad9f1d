import type { subjects } from '../collections/school.ts';

/** What of a club the rules go by. */
export interface ClubRules {
  readonly id: string;
  readonly subject: (typeof subjects)[number];
  readonly strands: readonly string[];
  /** How many levels its ladder has; 0 where it has none. */
  readonly levels: number;
}
